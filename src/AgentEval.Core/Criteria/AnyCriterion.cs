using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>One part is enough: the score is the highest of the parts.</summary>
internal sealed class AnyCriterion : Criterion<IReadOnlyList<NestedCriterion>>
{
    public override string Type => "any";

    public override string Suggestion => "Meet at least one of the parts.";

    protected override IReadOnlyList<NestedCriterion>? Read(JsonNode? argument, string path, ProblemList problems) =>
        NestedCriterion.ReadList(argument, path, problems);

    public override IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) => NestedCriterion.ToolsNamedIn(argument, path);

    protected override CriterionScore Score(IReadOnlyList<NestedCriterion> options, CriterionContext context) =>
        options.Select(part => part.Evaluate(context)).MaxBy(score => score.Score)!;
}
