using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json.Schema;

/// <summary>A keyword that only looks at the instance itself.</summary>
/// <param name="path">JSON Pointer of the keyword.</param>
/// <param name="isMet">True also for kinds of values the keyword does not speak of.</param>
/// <param name="message">What was wanted.</param>
internal sealed class AssertionKeyword(string path, Func<JsonNode?, bool> isMet, string message) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated) =>
        isMet(value) || run.Fail(place, Path, $"{message}, but is {Shorten(value)}");

    private static string Shorten(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "null";
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}

/// <summary>What each assertion checks.</summary>
internal static class Assertions
{
    public static readonly IReadOnlyList<string> TypeNames = ["null", "boolean", "object", "array", "number", "integer", "string"];

    public static bool IsOfType(JsonNode? value, string type) => type switch
    {
        "null" => value is null || value.GetValueKind() == JsonValueKind.Null,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => JsonNumber.TryRead(value, out var number) && number.IsInteger,
        _ => value?.GetValueKind() == JsonValueKind.String,
    };

    public static Func<JsonNode?, bool> Number(Func<JsonNumber, bool> isMet) => value =>
        value?.GetValueKind() != JsonValueKind.Number || (JsonNumber.TryRead(value, out var number) && isMet(number));

    public static Func<JsonNode?, bool> Text(Func<string, bool> isMet) => value =>
        value?.GetValueKind() != JsonValueKind.String || isMet(value.GetValue<string>());

    public static Func<JsonNode?, bool> Array(Func<JsonArray, bool> isMet) => value => value is not JsonArray array || isMet(array);

    public static Func<JsonNode?, bool> Object(Func<JsonObject, bool> isMet) => value => value is not JsonObject json || isMet(json);

    /// <summary>Length in Unicode code points, as the specification counts.</summary>
    public static int CodePoints(string text) => text.Length - text.AsSpan().Count(pair => char.IsLowSurrogate(pair));

    public static bool AreUnique(JsonArray array)
    {
        var seen = new Dictionary<int, List<JsonNode?>>();
        foreach (var item in array)
        {
            var hash = Hash(item);
            if (!seen.TryGetValue(hash, out var same))
            {
                seen[hash] = [item];
            }
            else if (same.Any(other => JsonNode.DeepEquals(other, item)))
            {
                return false;
            }
            else
            {
                same.Add(item);
            }
        }

        return true;
    }

    /// <summary>Equal values have equal hashes: numbers by value, objects whatever the order.</summary>
    private static int Hash(JsonNode? node) => node switch
    {
        null => 0,
        JsonObject json => json.Aggregate(1, (hash, member) => hash ^ HashCode.Combine(member.Key, Hash(member.Value))),
        JsonArray array => array.Aggregate(2, (hash, item) => HashCode.Combine(hash, Hash(item))),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.Number => Numbers.TryRead(node, out var number) ? number.GetHashCode() : 3,
            JsonValueKind.String => node.GetValue<string>().GetHashCode(StringComparison.Ordinal),
            var kind => (int)kind,
        },
    };

    private static int Count(this ReadOnlySpan<char> text, Func<char, bool> fits)
    {
        var count = 0;
        foreach (var symbol in text)
        {
            count += fits(symbol) ? 1 : 0;
        }

        return count;
    }
}
