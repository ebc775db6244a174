using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>Text that is too long for one property of a row, spread over several.</summary>
internal static class LongText
{
    /// <summary>A row holds 1 MiB and a property 64 KiB, both at two bytes a character.</summary>
    public const int MaxLength = 13 * ChunkLength;

    private const int ChunkLength = 30_000;

    public static void Write(TableEntity row, string text)
    {
        var start = 0;
        for (var chunk = 0; start < text.Length; chunk++)
        {
            var end = Math.Min(start + ChunkLength, text.Length);
            if (end < text.Length && char.IsHighSurrogate(text[end - 1]))
                end--;
            row[Name(chunk)] = text[start..end];
            start = end;
        }
    }

    public static string Read(TableEntity row)
    {
        var text = new StringBuilder();
        for (var chunk = 0; row.GetString(Name(chunk)) is { } part; chunk++)
            text.Append(part);
        return text.ToString();
    }

    private static string Name(int chunk) => string.Create(CultureInfo.InvariantCulture, $"Text{chunk:D2}");
}
