using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentEval.Core.Reports;

/// <summary>
/// Text from outside, made harmless to look at: what would be invisible or turn the reading direction around is shown as <c>[U+202E]</c>.
/// Hidden characters are a way of smuggling instructions, so a report shows them instead of dropping them.
/// </summary>
public static class VisibleText
{
    /// <summary>Most text holds nothing else, and need not be looked at one character at a time.</summary>
    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code), '\n', '\r', '\t', '’', '“', '”', '–', '…', '•', '·']);

    /// <summary>With its lines and tabs; empty for null.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var previous = new Rune(' ');
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune, previous))
            {
                result.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            }
            else
            {
                result.Append(rune.ToString());
            }

            previous = rune;
        }

        return result.ToString();
    }

    /// <summary>On one line, white space collapsed, at most <paramref name="length"/> characters and then an ellipsis.</summary>
    public static string Line(string? text, int length)
    {
        var line = string.Join(' ', Of(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Cut(line, length);
    }

    /// <summary>At most <paramref name="length"/> UTF-16 characters and then an ellipsis; no pair is torn apart.</summary>
    public static string Cut(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= length)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return text[..end] + "…";
    }

    private static bool IsHidden(Rune rune, Rune previous)
    {
        if (rune.Value is '\n' or '\t' or '\r')
        {
            return false;
        }

        // Joiners belong to emoji and to several scripts; after Latin text they only hide something.
        if (rune.Value is 0x200C or 0x200D)
        {
            return previous.IsAscii;
        }

        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0;
    }
}
