using System.Text.Json.Nodes;

namespace AgentEval.Functions.Agents;

/// <summary>The tokens an agent tells, under whichever name.</summary>
internal static class AgentUsage
{
    private static readonly string[] InputNames = ["inputTokens", "input_tokens", "promptTokens", "prompt_tokens"];
    private static readonly string[] OutputNames = ["outputTokens", "output_tokens", "completionTokens", "completion_tokens"];

    public static (long? Input, long? Output) Read(JsonNode? usage) =>
        usage is JsonObject members ? (Find(members, InputNames), Find(members, OutputNames)) : (null, null);

    private static long? Find(JsonObject members, string[] names) =>
        names.Select(name => Number(members[name])).FirstOrDefault(number => number is not null);

    private static long? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) && number is >= 0 and < 1e15 ? (long)number : null;
}
