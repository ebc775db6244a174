using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Suites;

namespace AgentEval.Functions.Trials;

/// <param name="Known">The suite plays the tool.</param>
/// <param name="Result">What it answers; broken JSON is a string.</param>
/// <param name="Delay">Before it answers.</param>
internal sealed record SimulatedAnswer(bool Known, JsonNode? Result, TimeSpan Delay)
{
    /// <summary>As the agent gets it: a text as it is, anything else as JSON.</summary>
    public static string Write(JsonNode? result) =>
        result is JsonValue value && value.TryGetValue<string>(out var text) ? text : result?.ToJsonString(AgentEvalJson.Options) ?? "null";
}

/// <summary>Plays the suite's tools: the first response whose <c>when</c> fits the arguments answers.</summary>
internal sealed class SimulatedToolbox(IReadOnlyList<SimulatedTool> tools)
{
    private readonly Dictionary<string, SimulatedTool> _tools = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);

    public bool IsEmpty => _tools.Count == 0;

    public bool Knows(string name) => _tools.ContainsKey(name);

    public SimulatedAnswer Answer(string name, JsonNode? arguments)
    {
        if (!_tools.TryGetValue(name, out var tool))
        {
            return new SimulatedAnswer(false, Error($"There is no tool '{name}'."), TimeSpan.Zero);
        }

        var response = tool.Responses.FirstOrDefault(response => response.When is null || JsonSubset.IsContained(response.When, arguments));
        if (response is null)
        {
            return new SimulatedAnswer(true, Error($"The tool '{name}' has no response for these arguments."), TimeSpan.Zero);
        }

        var result = response.FailError is { } failure ? Error(failure) : response.Return?.DeepClone();
        return new SimulatedAnswer(true, response.Malformed ? Break(result) : result, TrialRules.Seconds(response.DelaySeconds));
    }

    /// <summary>Adds an injected text to a result: a field of an object, an element of an array, more text after anything else.</summary>
    public static JsonNode Inject(JsonNode? result, string text)
    {
        switch (result?.DeepClone())
        {
            case JsonObject members:
                var field = "note";
                while (members.ContainsKey(field))
                {
                    field += "_";
                }

                members[field] = text;
                return members;
            case JsonArray items:
                items.Add(text);
                return items;
            case null:
                return text;
            case var simple:
                return SimulatedAnswer.Write(simple) + "\n\n" + text;
        }
    }

    private static JsonObject Error(string message) => new() { ["error"] = message };

    /// <summary>The first half of the JSON; an opened brace makes sure that half a number is not a number.</summary>
    private static JsonNode Break(JsonNode? result)
    {
        var json = result?.ToJsonString(AgentEvalJson.Options) ?? "null";
        var half = json[..(json.Length / 2)];
        return IsJson(half) ? "{" + half : half;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
