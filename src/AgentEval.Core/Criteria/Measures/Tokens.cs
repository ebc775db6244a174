namespace AgentEval.Core.Criteria.Measures;

internal static class Tokens
{
    /// <summary>
    /// Runs of letters and digits, in lower case; every other visible character is a token of its own only when <paramref name="punctuation"/> is asked for.
    /// </summary>
    public static IReadOnlyList<string> Of(string text, bool punctuation = false)
    {
        var tokens = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                i++;
            }

            if (i > start)
            {
                tokens.Add(text[start..i].ToLowerInvariant());
                continue;
            }

            if (punctuation && !char.IsWhiteSpace(text[i]))
            {
                tokens.Add(text[i].ToString());
            }

            i++;
        }

        return tokens;
    }
}
