namespace AgentEval.Core.Criteria.Measures;

/// <summary>
/// Edit distance (V. Levenshtein, 1966) over UTF-16 units, computed 64 cells at a time: G. Myers, "A fast bit-vector algorithm for approximate
/// string matching based on dynamic programming", J. ACM 46(3), 1999, in H. Hyyrö's form of 2003. Memory is linear in the shorter text.
/// </summary>
internal static class Levenshtein
{
    private const int WordBits = 64;

    /// <summary>1 − distance ÷ length of the longer text; 1 for two empty texts.</summary>
    public static double Similarity(string left, string right)
    {
        var longest = Math.Max(left.Length, right.Length);
        return longest == 0 ? 1 : 1 - ((double)Distance(left, right) / longest);
    }

    public static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var prefix = left.CommonPrefixLength(right);
        left = left[prefix..];
        right = right[prefix..];
        while (left.Length > 0 && right.Length > 0 && left[^1] == right[^1])
        {
            left = left[..^1];
            right = right[..^1];
        }

        var pattern = left.Length <= right.Length ? left : right;
        var text = left.Length <= right.Length ? right : left;
        return pattern.Length == 0 ? text.Length : BitParallelDistance(pattern, text);
    }

    private static int BitParallelDistance(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var blocks = (pattern.Length + WordBits - 1) / WordBits;
        var positions = PositionsOf(pattern, blocks);
        var none = new ulong[blocks];
        var (positive, negative) = (new ulong[blocks], new ulong[blocks]);
        Array.Fill(positive, ulong.MaxValue);
        var lastRow = 1UL << ((pattern.Length - 1) % WordBits);
        var distance = pattern.Length;
        foreach (var symbol in text)
        {
            var matches = positions.GetValueOrDefault(symbol, none);
            var carry = 1;
            for (var block = 0; block < blocks; block++)
            {
                var row = block == blocks - 1 ? lastRow : 1UL << (WordBits - 1);
                carry = Advance(matches[block], ref positive[block], ref negative[block], carry, row);
            }

            distance += carry;
        }

        return distance;
    }

    /// <summary>One column of one block: takes the horizontal difference (−1, 0, 1) above it and returns the one at <paramref name="row"/>.</summary>
    private static int Advance(ulong matches, ref ulong positive, ref ulong negative, int carry, ulong row)
    {
        var vertical = matches | negative;
        if (carry < 0)
        {
            matches |= 1;
        }

        var diagonal = (((matches & positive) + positive) ^ positive) | matches;
        var horizontalPositive = negative | ~(diagonal | positive);
        var horizontalNegative = positive & diagonal;
        var result = (horizontalPositive & row) != 0 ? 1 : (horizontalNegative & row) != 0 ? -1 : 0;
        horizontalPositive = (horizontalPositive << 1) | (carry > 0 ? 1UL : 0);
        horizontalNegative = (horizontalNegative << 1) | (carry < 0 ? 1UL : 0);
        positive = horizontalNegative | ~(vertical | horizontalPositive);
        negative = horizontalPositive & vertical;
        return result;
    }

    private static Dictionary<char, ulong[]> PositionsOf(ReadOnlySpan<char> pattern, int blocks)
    {
        var positions = new Dictionary<char, ulong[]>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (!positions.TryGetValue(pattern[i], out var bits))
            {
                positions[pattern[i]] = bits = new ulong[blocks];
            }

            bits[i / WordBits] |= 1UL << (i % WordBits);
        }

        return positions;
    }
}
