using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The trial's tokens cost at most so many US dollars; the short form is the number.</summary>
internal sealed class CostCriterion : Criterion<CostCriterion.Options>
{
    public sealed record Options(double MaxUsd);

    public override string Type => "cost";

    public override string Suggestion => "Shorten prompts or answers, or raise the limit.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems) =>
        CriterionArgument.NumberOrObject(argument, path, problems, "maxUsd")?.Number("maxUsd", required: true) is { } usd ? new(usd) : null;

    protected override CriterionScore Score(Options options, CriterionContext context) => context.CostUsd is { } cost
        ? CriterionScore.When((double)cost <= options.MaxUsd, FormattableString.Invariant($"The trial cost {cost:0.######} USD."), wanted: FormattableString.Invariant($"at most {options.MaxUsd} USD"))
        : new(0, "The cost is unknown: give the agent prices.");
}
