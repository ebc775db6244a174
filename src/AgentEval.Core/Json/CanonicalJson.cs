using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json;

/// <summary>
/// One text for every way to write the same document: keys in ordinal order, no white space, numbers in shortest form (<c>1.0</c> is <c>1</c>).
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = AgentEvalJson.Options.Encoder, SkipValidation = true };

    public static string Write(JsonNode? node) => Encoding.UTF8.GetString(WriteUtf8(node));

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical text in UTF-8.</summary>
    public static string Hash(JsonNode? node) => Convert.ToHexStringLower(SHA256.HashData(WriteUtf8(node)));

    private static byte[] WriteUtf8(JsonNode? node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, WriterOptions))
        {
            Write(node, writer);
        }

        return stream.ToArray();
    }

    private static void Write(JsonNode? node, Utf8JsonWriter writer)
    {
        switch (node)
        {
            case JsonObject members:
                writer.WriteStartObject();
                foreach (var (key, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(key);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                writer.WriteRawValue(Number(value.ToJsonString()), skipInputValidation: true);
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    /// <summary>Whole numbers keep every digit; the rest is the shortest text of the nearest double; what a double cannot hold stays as written.</summary>
    private static string Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole.ToString(CultureInfo.InvariantCulture);
        }

        var isFinite = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        return !isFinite ? text : number == 0 ? "0" : number.ToString("R", CultureInfo.InvariantCulture);
    }
}
