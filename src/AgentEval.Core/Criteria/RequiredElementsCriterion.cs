using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The share of the elements that the output contains, whatever the case.</summary>
internal sealed class RequiredElementsCriterion : Criterion<IReadOnlyList<string>>
{
    public override string Type => "requiredElements";

    public override string Suggestion => "Add the missing elements to the answer.";

    protected override IReadOnlyList<string>? Read(JsonNode? argument, string path, ProblemList problems) =>
        CriterionArgument.Texts(argument, path, problems);

    protected override CriterionScore Score(IReadOnlyList<string> options, CriterionContext context)
    {
        var missing = options.Where(element => !context.Output.Contains(element, StringComparison.OrdinalIgnoreCase)).ToList();
        var present = options.Count - missing.Count;
        var reason = missing.Count == 0
            ? $"All {options.Count} elements are there."
            : $"{present} of {options.Count} elements are there; missing: {string.Join(", ", missing.Select(element => $"\"{element}\""))}.";
        return new((double)present / options.Count, reason);
    }
}
