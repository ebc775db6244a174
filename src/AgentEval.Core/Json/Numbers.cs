using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json;

internal static class Numbers
{
    /// <summary>A JSON number as a double; false: another kind, or beyond a double's range.</summary>
    public static bool TryRead(JsonNode? node, out double value)
    {
        value = 0;
        return node?.GetValueKind() == JsonValueKind.Number
            && double.TryParse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }
}
