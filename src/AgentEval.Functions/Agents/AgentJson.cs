using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Functions.Agents;

/// <summary>Reads JSON an agent sent, and only JSON that can be written again: no duplicate members, no half characters, not too deep.</summary>
internal static class AgentJson
{
    /// <summary>Below the depth documents are written with, since an answer is recorded inside of them.</summary>
    public const int MaxDepth = 48;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Whether <paramref name="text"/> is one such document.</summary>
    public static bool TryParse(string text, out JsonNode? node)
    {
        node = null;
        try
        {
            node = JsonNode.Parse(text, documentOptions: Options);
            return !text.Contains("\\ud", StringComparison.OrdinalIgnoreCase) || HasWholeCharacters(text);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Whether it is JSON at all, if only for a message.</summary>
    public static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1_000 });
            return true;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return false;
        }
    }

    public static JsonNode? Member(JsonNode? node, string name) => node is JsonObject members ? members[name] : null;

    /// <summary>The text of a JSON string; null for anything else.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary><c>"\ud800"</c> alone is valid JSON and no text.</summary>
    private static bool HasWholeCharacters(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
