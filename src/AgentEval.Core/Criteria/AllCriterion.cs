using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>Every part: the score is the lowest of the parts.</summary>
internal sealed class AllCriterion : Criterion<IReadOnlyList<NestedCriterion>>
{
    public override string Type => "all";

    public override string Suggestion => "Look at the part with the lowest score.";

    protected override IReadOnlyList<NestedCriterion>? Read(JsonNode? argument, string path, ProblemList problems) =>
        NestedCriterion.ReadList(argument, path, problems);

    public override IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) => NestedCriterion.ToolsNamedIn(argument, path);

    protected override CriterionScore Score(IReadOnlyList<NestedCriterion> options, CriterionContext context) =>
        options.Select(part => part.Evaluate(context)).MinBy(score => score.Score)! is { Score: < 1 } worst
            ? worst
            : new(1, $"All {options.Count} parts are met.");
}
