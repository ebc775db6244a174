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

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var calls = context.ToolCalls.Where(call => call.Name == options.Name).ToList();
        var fitting = calls.Count(call => options.Arguments is null || JsonSubset.IsContained(options.Arguments, call.Arguments));
        var met = options.Times is { } times ? fitting == times : fitting > 0;
        var withArguments = options.Arguments is null ? "" : $", {fitting} of them with {Excerpt.Head(options.Arguments.ToJsonString())}";
        var wanted = options.Times is { } exactly ? $"{exactly} times" : "at least once";
        return CriterionScore.When(met, $"{options.Name} was called {calls.Count} times{withArguments}; wanted: {wanted}.{Others(calls.Count, context)}");
    }

    private static string Others(int calls, CriterionContext context) => calls > 0 ? "" : context.ToolCalls.Count == 0
        ? " No tool was called."
        : $" Called were: {string.Join(", ", context.ToolCalls.Select(call => call.Name).Distinct())}.";
}
