namespace AgentEval.Core.Criteria.Measures;

internal static class CommonSubsequence
{
    /// <summary>Length of the longest common subsequence; memory is linear in the shorter list, time is the product of the lengths.</summary>
    public static int Length(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var (rows, columns) = left.Count <= right.Count ? Number(right, left) : Number(left, right);
        var lengths = new int[columns.Length + 1];
        foreach (var row in rows)
        {
            var diagonal = 0;
            for (var column = 0; column < columns.Length; column++)
            {
                var above = lengths[column + 1];
                lengths[column + 1] = row == columns[column] ? diagonal + 1 : Math.Max(above, lengths[column]);
                diagonal = above;
            }
        }

        return lengths[^1];
    }

    /// <summary>Words as numbers, so that the inner loop compares integers.</summary>
    private static (int[] Rows, int[] Columns) Number(IReadOnlyList<string> rows, IReadOnlyList<string> columns)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        int NumberOf(string word) => numbers.TryGetValue(word, out var number) ? number : numbers[word] = numbers.Count;
        return ([.. rows.Select(NumberOf)], [.. columns.Select(NumberOf)]);
    }
}
