using System.Globalization;
using System.Text.Json.Nodes;
using static AgentEval.Functions.Agents.AgentJson;

namespace AgentEval.Functions.Agents;

/// <summary>
/// Reads the tool calls an agent tells of, in the shapes agents use: <c>{name, arguments, result?}</c>, <c>{tool, args}</c>, OpenAI's
/// <c>{id, function: {…}}</c>, or a bare name.
/// </summary>
internal static class ReportedToolCalls
{
    /// <param name="numbered">Calls without an id get <c>reported-1</c>, <c>reported-2</c>, … over the whole conversation.</param>
    public static List<AgentToolCall> Read(JsonNode? node, ref int numbered)
    {
        var calls = new List<AgentToolCall>();
        foreach (var item in node is JsonArray items ? items.ToArray() : [node])
        {
            if (item is not null && NameOf(item) is { Length: > 0 } name)
            {
                numbered++;
                var id = IdOf(item) ?? string.Create(CultureInfo.InvariantCulture, $"reported-{numbered}");
                calls.Add(new AgentToolCall(id, name, ArgumentsOf(item), ResultOf(item)));
            }
        }

        return calls;
    }

    /// <summary>Arguments as JSON; a text that is not JSON stays a string.</summary>
    public static JsonNode? ParseArguments(JsonNode? arguments)
    {
        if (Text(arguments) is not { } text)
        {
            return arguments?.DeepClone();
        }

        return string.IsNullOrWhiteSpace(text) ? new JsonObject() : AgentJson.TryParse(text, out var parsed) ? parsed : JsonValue.Create(text);
    }

    private static string? NameOf(JsonNode item) =>
        Text(item) ?? Text(Member(item, "name")) ?? Text(Member(item, "tool")) ?? Text(Member(Member(item, "function"), "name"));

    private static string? IdOf(JsonNode item) => Text(Member(item, "id")) ?? Text(Member(item, "callId"));

    private static JsonNode? ArgumentsOf(JsonNode item) =>
        ParseArguments(Member(item, "arguments") ?? Member(item, "args") ?? Member(item, "input") ?? Member(Member(item, "function"), "arguments"));

    private static JsonNode? ResultOf(JsonNode item) => (Member(item, "result") ?? Member(item, "output"))?.DeepClone();
}
