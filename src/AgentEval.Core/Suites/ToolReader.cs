using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Json;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Reads the simulated tools of a suite.</summary>
internal static partial class ToolReader
{
    private const double LongestDelaySeconds = 3_600;

    public static IReadOnlyList<SimulatedTool> ReadList(ObjectCursor suite)
    {
        var tools = new List<SimulatedTool>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (node, path) in suite.Items("tools"))
        {
            if (OpenElement(node, path, suite.Problems, SuiteKeys.Tool, "{ name: lookup_order, responses: [...] }") is not { } tool)
            {
                continue;
            }

            var name = Name(tool);
            if (name is not null && !names.Add(name))
            {
                tool.Error("name", ProblemCodes.Duplicate, $"Another tool is called '{name}'.");
            }

            tools.Add(new SimulatedTool(name ?? "", tool.Text("description", mayBeEmpty: true), Schema(tool), Responses(tool)));
        }

        return tools;
    }

    /// <summary>An element of a list that must be an object; null after reporting.</summary>
    public static ObjectCursor? OpenElement(JsonNode? node, string path, ProblemList problems, IReadOnlyList<string> keys, string example)
    {
        if (node is JsonObject)
        {
            return ObjectCursor.Open(node, path, problems, keys);
        }

        problems.Error(path, ProblemCodes.WrongType, $"Must be an object such as {example}, but is {Found.Describe(node)}.");
        return null;
    }

    private static string? Name(ObjectCursor tool)
    {
        var name = tool.Text("name", required: true);
        if (name is null || ToolName().IsMatch(name))
        {
            return name;
        }

        tool.Error("name", ProblemCodes.InvalidFormat, $"'name' must be at most 64 letters, digits, _ or -, but is \"{Found.Cut(name)}\".");
        return null;
    }

    private static JsonObject? Schema(ObjectCursor tool)
    {
        var schema = tool.Object("schema");
        if (schema is not null)
        {
            JsonSchema.Read(schema, tool.At("schema"), tool.Problems);
        }

        return schema;
    }

    private static List<SimulatedResponse> Responses(ObjectCursor tool)
    {
        var responses = new List<SimulatedResponse>();
        string? always = null;
        foreach (var (node, path) in tool.Items("responses"))
        {
            if (OpenElement(node, path, tool.Problems, SuiteKeys.ToolResponse, "{ when: { … }, return: … }") is not { } response)
            {
                continue;
            }

            responses.Add(Response(response));
            if (always is not null)
            {
                tool.Problems.Warning(path, ProblemCodes.InvalidValue, $"Never used: {always} has no 'when' and always answers first.");
            }

            always ??= response.Has("when") ? null : path;
        }

        if (responses.Count == 0)
        {
            tool.Problems.Warning(tool.Path, ProblemCodes.Required, "The tool has no responses: every call is answered with an error. Add 'responses'.");
        }

        return responses;
    }

    private static SimulatedResponse Response(ObjectCursor response)
    {
        var fail = response.Open("fail", SuiteKeys.ToolFailure);
        var malformed = (fail?.Flag("malformed") ?? false) | (response.Flag("malformed") ?? false);
        var failError = fail?.Text("error", mayBeEmpty: true);
        if (response.Json.ContainsKey("return") && failError is not null)
        {
            response.Error("fail", ProblemCodes.Exclusive, "Give 'return' or 'fail.error', not both.");
        }

        if (!response.Json.ContainsKey("return") && fail is null && !malformed)
        {
            response.Problems.Error(response.Path, ProblemCodes.Required, "A response needs 'return' or 'fail'.");
        }

        return new SimulatedResponse
        {
            When = response.Object("when"),
            Return = response.Node("return"),
            // A failure that says nothing but that it fails is still a failure.
            FailError = failError ?? (fail is not null && !response.Json.ContainsKey("return") && !malformed ? "The tool failed." : null),
            DelaySeconds = fail?.Number("delaySeconds", 0, LongestDelaySeconds) ?? response.Number("delaySeconds", 0, LongestDelaySeconds) ?? 0,
            Malformed = malformed,
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ToolName();
}
