using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The opposite of a criterion: the score is 1 − its score.</summary>
internal sealed class NotCriterion : Criterion<NestedCriterion>
{
    public override string Type => "not";

    public override string Suggestion => "The answer meets what it must not meet.";

    protected override NestedCriterion? Read(JsonNode? argument, string path, ProblemList problems) => NestedCriterion.Read(argument, path, problems);

    public override IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) =>
        NestedCriterion.Read(argument, path, new ProblemList())?.ToolsNamed(path) ?? [];

    protected override CriterionScore Score(NestedCriterion options, CriterionContext context)
    {
        var score = options.Evaluate(context);
        return score with
        {
            Score = 1 - score.Score,
            Found = score is { Score: 1, Wanted: null } ? $"not {score.Clause}; this must not be." : $"not {score.Found}",
            Wanted = score is { Score: 1, Wanted: { } wanted } ? $"anything but {wanted}" : null,
        };
    }
}
