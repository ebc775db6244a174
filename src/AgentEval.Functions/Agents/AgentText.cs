using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace AgentEval.Functions.Agents;

/// <summary>Sizes and cuts of what is said, in bytes of UTF-8.</summary>
internal static class AgentText
{
    /// <summary>Everything the message makes the agent read.</summary>
    public static int Bytes(AgentMessage message) =>
        Encoding.UTF8.GetByteCount(WithDocuments(message)) + message.ToolResults.Sum(result => Encoding.UTF8.GetByteCount(result.Text));

    /// <summary>The user's text with its documents as marked blocks after it, for protocols that know only text.</summary>
    public static string WithDocuments(AgentMessage message) => message.Documents.Count == 0
        ? message.Text ?? ""
        : string.Join("\n\n", message.Documents.Select(document => $"<document>\n{document}\n</document>").Prepend(message.Text ?? ""));

    /// <summary>The longest start of <paramref name="text"/> that fits, never half a character.</summary>
    public static (string Text, bool Truncated) Cut(string text, int maxBytes)
    {
        if (text.Length <= maxBytes / 3 || Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return (text, false);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(maxBytes);
        Utf8.FromUtf16(text, buffer.AsSpan(0, maxBytes), out var charsRead, out _);
        ArrayPool<byte>.Shared.Return(buffer);
        return (text[..charsRead], true);
    }

    /// <summary>The first characters, on one line, for a message.</summary>
    public static string Excerpt(string text, int maxLength = 200)
    {
        var start = text.Length <= maxLength ? text : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)] + "…";
        return start.ReplaceLineEndings(" ").Trim();
    }
}
