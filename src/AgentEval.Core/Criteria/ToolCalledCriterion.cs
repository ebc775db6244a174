using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>
/// A tool was called with these arguments (others may be there too), at least once, or exactly <c>times</c> times; the short form is its name.
/// </summary>
internal sealed class ToolCalledCriterion : Criterion<ToolCalledCriterion.Options>
{
    public sealed record Options(string Name, JsonObject? Arguments, int? Times);

    public override string Type => "toolCalled";

    public override string Suggestion => "Check the tool's description, and the instructions about when to call it.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        var json = CriterionArgument.TextOrObject(argument, path, problems, "name", "arguments", "times");
        if (json?.Text("name", required: true) is not { } name)
        {
            return null;
        }

        return new(name, json!.Object("arguments"), json.Integer("times"));
    }

    public override IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) =>
        Read(argument, path, new ProblemList()) is { } options ? [(argument is JsonObject ? ProblemList.Join(path, "name") : path, options.Name)] : [];

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var calls = context.ToolCalls.Where(call => call.Name == options.Name).ToList();
        var fitting = calls.Count(call => options.Arguments is null || JsonSubset.IsContained(options.Arguments, call.Arguments));
        var met = options.Times is { } times ? fitting == times : fitting > 0;
        var withArguments = options.Arguments is null || calls.Count == 0 ? "" : $", {Often(fitting)} with {Excerpt.Head(options.Arguments.ToJsonString())}";
        var found = calls.Count == 0 ? $"{options.Name} was never called{Others(context)}." : $"{options.Name} was called {Often(calls.Count)}{withArguments}.";
        return CriterionScore.When(met, found, wanted: options.Times is { } exactly ? Often(exactly) : met ? null : "at least once");
    }

    private static string Often(int times) => times switch
    {
        0 => "never",
        1 => "once",
        2 => "twice",
        _ => $"{times} times",
    };

    private static string Others(CriterionContext context) => context.ToolCalls.Count == 0
        ? " (no tool was)"
        : $" (called were: {string.Join(", ", context.ToolCalls.Select(call => call.Name).Distinct())})";
}
