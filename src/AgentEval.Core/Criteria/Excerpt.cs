namespace AgentEval.Core.Criteria;

/// <summary>Short pieces of long texts, for reasons and evidence.</summary>
internal static class Excerpt
{
    private const int Around = 30;

    /// <summary>The text at a place with a little before and after, on one line.</summary>
    public static string At(string text, int start, int length)
    {
        var from = Math.Max(0, start - Around);
        var to = Math.Min(text.Length, start + Math.Min(length, 200) + Around);
        return (from > 0 ? "…" : "") + OneLine(text[from..to]) + (to < text.Length ? "…" : "");
    }

    public static string Head(string text, int length = 80) => text.Length <= length ? OneLine(text) : OneLine(text[..length]) + "…";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
