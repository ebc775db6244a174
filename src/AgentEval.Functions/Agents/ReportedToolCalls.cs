using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using static AgentEval.Functions.Agents.AgentJson;

namespace AgentEval.Functions.Agents;

/// <summary>
/// Reads the tool calls an agent tells of, in the shapes agents use: <c>{name, arguments, result?}</c>, <c>{tool, args}</c>, OpenAI's
/// <c>{id, function: {…}}</c>, or a bare name.
/// </summary>
internal static class ReportedToolCalls
{
    private const int MaxShown = 100;

    /// <param name="node">What the agent tells: one call, a list of them, or lists of lists; null and empty are none.</param>
    /// <param name="path">Where it stands in the answer.</param>
    /// <param name="numbered">Calls without an id get <c>reported-1</c>, <c>reported-2</c>, … over the whole conversation.</param>
    /// <exception cref="AgentException">Something there is no tool call: left out without a word, a run would seem safer than it was.</exception>
    public static List<AgentToolCall> Read(JsonNode? node, string path, ref int numbered)
    {
        var calls = new List<AgentToolCall>();
        foreach (var item in Flat(node))
        {
            if (NameOf(item) is not { Length: > 0 } name)
            {
                throw new AgentException(
                    AgentErrorCodes.Answer,
                    $"The agent's answer has {Start(item.ToJsonString(AgentEvalJson.Options))} at '{path}', which is no tool call: {{name, arguments}} or a name is expected. Mend response.toolCalls.");
            }

            numbered++;
            var id = IdOf(item) ?? string.Create(CultureInfo.InvariantCulture, $"reported-{numbered}");
            calls.Add(new AgentToolCall(id, name, ArgumentsOf(item), ResultOf(item)));
        }

        return calls;
    }

    private static IEnumerable<JsonNode> Flat(JsonNode? node) => node switch
    {
        null => [],
        JsonArray items => items.SelectMany(Flat),
        _ => [node],
    };

    /// <summary>Arguments as JSON; a text that is not JSON stays a string.</summary>
    public static JsonNode? ParseArguments(JsonNode? arguments)
    {
        if (Text(arguments) is not { } text)
        {
            return arguments?.DeepClone();
        }

        return string.IsNullOrWhiteSpace(text) ? new JsonObject() : AgentJson.TryParse(text, out var parsed) ? parsed : JsonValue.Create(text);
    }

    private static string Start(string json) => json.Length <= MaxShown ? json : string.Concat(json.AsSpan(0, MaxShown), "…");

    private static string? NameOf(JsonNode item) =>
        Text(item) ?? Text(Member(item, "name")) ?? Text(Member(item, "tool")) ?? Text(Member(Member(item, "function"), "name"));

    private static string? IdOf(JsonNode item) => Text(Member(item, "id")) ?? Text(Member(item, "callId"));

    private static JsonNode? ArgumentsOf(JsonNode item) =>
        ParseArguments(Member(item, "arguments") ?? Member(item, "args") ?? Member(item, "input") ?? Member(Member(item, "function"), "arguments"));

    private static JsonNode? ResultOf(JsonNode item) => (Member(item, "result") ?? Member(item, "output"))?.DeepClone();
}
