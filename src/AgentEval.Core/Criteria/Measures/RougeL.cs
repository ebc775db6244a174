namespace AgentEval.Core.Criteria.Measures;

/// <summary>
/// F1 of the longest common subsequence of words: C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, with β = 1.
/// </summary>
internal static class RougeL
{
    public static double Score(string candidate, string reference)
    {
        var (actual, expected) = (Tokens.Of(candidate), Tokens.Of(reference));
        if (actual.Count == 0 || expected.Count == 0)
        {
            return actual.Count == expected.Count ? 1 : 0;
        }

        return 2.0 * CommonSubsequence.Length(actual, expected) / (actual.Count + expected.Count);
    }
}
