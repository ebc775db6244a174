using System.Text.Json.Nodes;
using AgentEval.Core.Criteria.Measures;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>Tools were called in this order, others may lie between: the share of the sequence that is a common subsequence with the calls.</summary>
internal sealed class ToolSequenceCriterion : Criterion<IReadOnlyList<string>>
{
    public override string Type => "toolSequence";

    public override string Suggestion => "Check the order in which the agent is told to use its tools.";

    protected override IReadOnlyList<string>? Read(JsonNode? argument, string path, ProblemList problems) =>
        CriterionArgument.Texts(argument, path, problems);

    public override IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) =>
        Read(argument, path, new ProblemList())?.Select((name, index) => ($"{path}[{index}]", name)) ?? [];

    protected override CriterionScore Score(IReadOnlyList<string> options, CriterionContext context)
    {
        var calls = context.ToolCalls.Select(call => call.Name).ToList();
        var common = CommonSubsequence.Length(calls, options);
        var called = calls.Count == 0 ? "no tool" : Excerpt.Head(string.Join(", ", calls), 200);
        return new((double)common / options.Count, $"{common} of {options.Count} steps in order; called: {called}.");
    }
}
