using System.Text.Json.Nodes;

namespace AgentEval.Core.Json;

/// <summary>Whether one JSON value is contained in another.</summary>
public static class JsonSubset
{
    /// <summary>
    /// An object is contained when each of its members is contained in the whole's member of that name; an array when it has as many elements
    /// and each is contained in the one at its place; anything else when it is equal (numbers by value: <c>1</c> is <c>1.0</c>).
    /// </summary>
    public static bool IsContained(JsonNode? part, JsonNode? whole) => (part, whole) switch
    {
        (JsonObject expected, JsonObject actual) =>
            expected.All(member => actual.TryGetPropertyValue(member.Key, out var value) && IsContained(member.Value, value)),
        (JsonArray expected, JsonArray actual) =>
            expected.Count == actual.Count && expected.Zip(actual).All(pair => IsContained(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(part, whole),
    };
}
