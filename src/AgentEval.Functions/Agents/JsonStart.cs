using System.Text;
using System.Text.Json;

namespace AgentEval.Functions.Agents;

/// <summary>The start of a JSON document whose rest was not read, made a document: what had begun is closed, half a name or number is left out.</summary>
internal static class JsonStart
{
    /// <summary>Null: what was read is not the start of JSON.</summary>
    public static string? Close(string start)
    {
        var bytes = Encoding.UTF8.GetBytes(start);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = AgentJson.MaxDepth }));
        var open = new Stack<char>();
        var last = JsonTokenType.None;
        try
        {
            while (reader.Read())
            {
                last = reader.TokenType;
                Track(open, last);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        var whole = (int)reader.BytesConsumed;
        var text = new StringBuilder(bytes.Length + open.Count + 4).Append(Encoding.UTF8.GetString(bytes, 0, whole));
        var rest = bytes.AsSpan(whole).TrimStart(" \t\r\n,"u8);
        if (last == JsonTokenType.PropertyName || (open.TryPeek(out var closer) && closer == ']'))
        {
            AppendValue(text, rest, last);
        }

        return open.Count == 0 ? null : text.AppendJoin("", open).ToString();
    }

    private static void Track(Stack<char> open, JsonTokenType token)
    {
        switch (token)
        {
            case JsonTokenType.StartObject:
                open.Push('}');
                break;
            case JsonTokenType.StartArray:
                open.Push(']');
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                open.Pop();
                break;
        }
    }

    private static void AppendValue(StringBuilder text, ReadOnlySpan<byte> rest, JsonTokenType last)
    {
        if (rest.StartsWith((byte)'"'))
        {
            text.Append(last is JsonTokenType.PropertyName or JsonTokenType.StartArray ? "" : ",")
                .Append(Encoding.UTF8.GetString(rest[..WholeCharacters(rest)]))
                .Append('"');
        }
        else if (last == JsonTokenType.PropertyName)
        {
            text.Append("null");
        }
    }

    /// <summary>Bytes of an unfinished string up to a half escape, or half of a pair of escapes, at its end.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        var end = 1;
        while (end < text.Length)
        {
            var length = text[end] != '\\' ? 1 : LengthOfEscape(text[end..]);
            if (end + length > text.Length)
            {
                break;
            }

            end += length;
        }

        return end;
    }

    private static int LengthOfEscape(ReadOnlySpan<byte> escape)
    {
        if (escape.Length < 2 || escape[1] != 'u')
        {
            return 2;
        }

        var isHighHalf = escape.Length >= 4 && "dD"u8.Contains(escape[2]) && "89abAB"u8.Contains(escape[3]);
        return isHighHalf ? 12 : 6;
    }
}
