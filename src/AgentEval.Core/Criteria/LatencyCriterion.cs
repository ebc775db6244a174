using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The agent took at most so many seconds for its answers; the short form is the number.</summary>
internal sealed class LatencyCriterion : Criterion<LatencyCriterion.Options>
{
    public sealed record Options(double MaxSeconds);

    public override string Type => "latency";

    public override string Suggestion => "Look for slow calls in the trace, or raise the limit.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems) =>
        CriterionArgument.NumberOrObject(argument, path, problems, "maxSeconds")?.Number("maxSeconds", required: true) is { } seconds ? new(seconds) : null;

    protected override CriterionScore Score(Options options, CriterionContext context) => context.Seconds is { } seconds
        ? CriterionScore.When(seconds <= options.MaxSeconds, FormattableString.Invariant($"The agent took {seconds:0.###} s."), wanted: FormattableString.Invariant($"at most {options.MaxSeconds} s"))
        : new(0, "The agent's time was not measured.");
}
