namespace AgentEval.Core.Criteria.Measures;

/// <summary>Helps a user who mistyped a word.</summary>
internal static class Nearest
{
    /// <summary>"Did you mean 'x'?" when a known word is close, else the list of all.</summary>
    public static string Suggest(string word, ReadOnlySpan<string> known)
    {
        var (best, distance) = ("", int.MaxValue);
        foreach (var candidate in known)
        {
            var current = Levenshtein.Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (current < distance)
            {
                (best, distance) = (candidate, current);
            }
        }

        return distance <= Math.Max(2, word.Length / 3) ? $"Did you mean '{best}'?" : $"Known are: {string.Join(", ", known!)}.";
    }
}
