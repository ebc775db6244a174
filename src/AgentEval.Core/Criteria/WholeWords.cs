namespace AgentEval.Core.Criteria;

internal static class WholeWords
{
    /// <summary>The first place where a phrase stands as whole words, whatever the case; −1: nowhere.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, ReadOnlySpan<char> phrase)
    {
        for (var from = 0; from + phrase.Length <= text.Length;)
        {
            var at = text[from..].IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return -1;
            }

            at += from;
            if (IsEdge(text, at) && IsEdge(text, at + phrase.Length))
            {
                return at;
            }

            from = at + 1;
        }

        return -1;
    }

    /// <summary>No letter or digit on both sides of the gap before <paramref name="index"/>.</summary>
    private static bool IsEdge(ReadOnlySpan<char> text, int index) =>
        index == 0 || index == text.Length || !char.IsLetterOrDigit(text[index - 1]) || !char.IsLetterOrDigit(text[index]);
}
