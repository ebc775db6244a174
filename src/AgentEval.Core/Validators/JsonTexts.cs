using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Validators;

internal static class JsonTexts
{
    /// <summary>Every text and number in a JSON value, however deep, as text.</summary>
    public static IEnumerable<string> Of(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(member => Of(member.Value)),
        JsonArray array => array.SelectMany(Of),
        null => [],
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => [node.GetValue<string>()],
            JsonValueKind.Number => [node.ToJsonString()],
            _ => [],
        },
    };
}
