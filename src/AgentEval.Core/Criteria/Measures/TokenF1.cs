namespace AgentEval.Core.Criteria.Measures;

/// <summary>
/// Harmonic mean of precision and recall over bags of words, without punctuation, case and the articles a, an, the:
/// Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP 2016.
/// </summary>
internal static class TokenF1
{
    public static double Score(string candidate, string reference)
    {
        var (actual, expected) = (Words(candidate), Words(reference));
        if (actual.Count == 0 || expected.Count == 0)
        {
            return actual.Count == expected.Count ? 1 : 0;
        }

        var counts = expected.CountBy(word => word).ToDictionary();
        var common = 0;
        foreach (var word in actual)
        {
            if (counts.TryGetValue(word, out var left) && left > 0)
            {
                counts[word] = left - 1;
                common++;
            }
        }

        return 2.0 * common / (actual.Count + expected.Count);
    }

    private static List<string> Words(string text) => [.. Tokens.Of(text).Where(word => word is not ("a" or "an" or "the"))];
}
