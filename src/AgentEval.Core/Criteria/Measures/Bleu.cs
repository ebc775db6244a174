namespace AgentEval.Core.Criteria.Measures;

/// <summary>
/// Sentence BLEU with up to four words: geometric mean of the modified n-gram precisions times the brevity penalty (Papineni et al., ACL 2002),
/// one added to counts and totals for n &gt; 1 (Lin and Och, "ORANGE", COLING 2004), so that a short answer is not 0 for want of a four-gram.
/// </summary>
internal static class Bleu
{
    private const int MaxOrder = 4;

    public static double Score(string candidate, string reference)
    {
        var (actual, expected) = (Tokens.Of(candidate, punctuation: true), Tokens.Of(reference, punctuation: true));
        if (actual.Count == 0 || expected.Count == 0)
        {
            return actual.Count == expected.Count ? 1 : 0;
        }

        var order = Math.Min(MaxOrder, Math.Min(actual.Count, expected.Count));
        var logarithms = 0.0;
        for (var n = 1; n <= order; n++)
        {
            var precision = Precision(actual, expected, n);
            if (precision == 0)
            {
                return 0;
            }

            logarithms += Math.Log(precision);
        }

        var brevity = actual.Count >= expected.Count ? 1 : Math.Exp(1 - ((double)expected.Count / actual.Count));
        return brevity * Math.Exp(logarithms / order);
    }

    private static double Precision(IReadOnlyList<string> actual, IReadOnlyList<string> expected, int n)
    {
        var allowed = Grams(expected, n).CountBy(gram => gram).ToDictionary();
        var (matches, total) = (0, 0);
        foreach (var gram in Grams(actual, n))
        {
            total++;
            if (allowed.TryGetValue(gram, out var left) && left > 0)
            {
                allowed[gram] = left - 1;
                matches++;
            }
        }

        return n == 1 ? (double)matches / total : (matches + 1.0) / (total + 1.0);
    }

    private static IEnumerable<string> Grams(IReadOnlyList<string> tokens, int n)
    {
        for (var start = 0; start + n <= tokens.Count; start++)
        {
            yield return string.Join(' ', tokens.Skip(start).Take(n));
        }
    }
}
