using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json;

/// <summary>Says what stands in a document where something else was expected.</summary>
internal static class Found
{
    private const int Longest = 60;

    public static string Describe(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Cut(node.GetValue<string>())}\"",
        JsonValueKind.Number => $"the number {Cut(node.ToJsonString())}",
        _ => node.ToJsonString(),
    };

    public static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Longest ? line : line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)] + "…";
    }
}
