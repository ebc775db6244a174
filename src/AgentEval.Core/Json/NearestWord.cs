namespace AgentEval.Core.Json;

/// <summary>Finds what a user probably meant.</summary>
public static class NearestWord
{
    private const int LongestWord = 100;

    /// <summary>Among how many words is looked: more were written by a machine, and it makes no slips.</summary>
    internal const int MostKnown = 200;

    /// <summary>
    /// The known word with the fewest edits (insert, delete, replace, swap of neighbours; case is ignored), if that is at most a third of
    /// the word's length, but two are always allowed for words of more than three letters. Null: nothing is near, among the first 200 known ones.
    /// </summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return null;
        }

        var allowed = word.Length <= 3 ? 1 : Math.Max(2, word.Length / 3);
        return known
            .Take(MostKnown)
            .Where(candidate => Math.Abs(candidate.Length - word.Length) <= allowed)
            .Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= allowed)
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>"Did you mean 'x'?", else the list of what is known.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> known) => Find(word, known) is { } near
        ? $"Did you mean '{near}'?"
        : known.Count == 0 ? "None is known." : $"Known: {string.Join(", ", known.Take(40))}{(known.Count > 40 ? ", …" : "")}.";

    /// <summary>Optimal string alignment: F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.</summary>
    internal static int Distance(string left, string right)
    {
        var beforePrevious = new int[right.Length + 1];
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var cost = left[row - 1] == right[column - 1] ? 0 : 1;
                current[column] = Math.Min(Math.Min(current[column - 1], previous[column]) + 1, previous[column - 1] + cost);
                if (row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1])
                {
                    current[column] = Math.Min(current[column], beforePrevious[column - 2] + 1);
                }
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[right.Length];
    }
}
