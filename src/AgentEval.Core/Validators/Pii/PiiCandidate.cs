namespace AgentEval.Core.Validators.Pii;

/// <summary>What the scanners share.</summary>
internal static class PiiCandidate
{
    public static TextFinding Of(string type, int start, int end, double confidence) => new(type, start, end, PiiTypes.SeverityOf(type), confidence);

    public static bool IsWordAt(ReadOnlySpan<char> text, int index) =>
        index >= 0 && index < text.Length && (char.IsLetterOrDigit(text[index]) || text[index] == '_');

    public static bool IsDigitAt(ReadOnlySpan<char> text, int index) => index >= 0 && index < text.Length && char.IsAsciiDigit(text[index]);

    /// <summary>Whether one of the words stands in the <paramref name="window"/> characters before a place.</summary>
    public static bool HasBefore(ReadOnlySpan<char> text, int start, ReadOnlySpan<string> words, int window = 40) =>
        LastBefore(text, start, words, window) >= 0;

    /// <summary>Where the last of the words stands before a place; −1: none does.</summary>
    public static int LastBefore(ReadOnlySpan<char> text, int start, ReadOnlySpan<string> words, int window = 40)
    {
        var from = Math.Max(0, start - window);
        var before = text[from..start];
        var last = -1;
        foreach (var word in words)
        {
            last = Math.Max(last, before.LastIndexOf(word, StringComparison.OrdinalIgnoreCase));
        }

        return last < 0 ? -1 : from + last;
    }
}
