using System.Text;

namespace AgentEval.Core.Reports;

/// <summary>Text from outside inside Markdown: no markup, no HTML, no table cell, no link and no mention comes of it.</summary>
internal static class MarkdownText
{
    /// <summary>An id, as code where it looks like one: readable in the source too.</summary>
    public static string Code(string text) =>
        text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '~' or '-') ? $"`{text}`" : Escape(text);

    public static string Escape(string? text, int length = 500)
    {
        var line = VisibleText.Line(text, length);
        var result = new StringBuilder(line.Length + 16);
        foreach (var character in line)
        {
            result.Append(character switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '@' => "&#64;",
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '#' or '+' or '!' or '|' or '~' or '$' => $"\\{character}",
                _ => character.ToString(),
            });
        }

        // Bare addresses become links on many sites.
        return result.Replace("://", "&#58;//").Replace("www.", "www&#46;").Replace("WWW.", "WWW&#46;").ToString();
    }
}
