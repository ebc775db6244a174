using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output refuses, or must not; the short form is <c>true</c> or <c>false</c>.</summary>
internal sealed class RefusalCriterion : Criterion<RefusalCriterion.Options>
{
    public sealed record Options(bool Expected);

    public override string Type => "refusal";

    public override string Suggestion => "Review what the agent is told about requests it must refuse.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        if (argument?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            return new(argument.GetValue<bool>());
        }

        return CriterionArgument.Object(argument, path, problems, "expected") is { } json ? new(json.Flag("expected") ?? true) : null;
    }

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var refusal = RefusalDetector.Find(context.Output);
        return refusal is { } found
            ? CriterionScore.When(
                options.Expected,
                $"The output refuses: \"{context.Output.AsSpan(found.Start, found.Length)}\".",
                Excerpt.At(context.Output, found.Start, found.Length))
            : CriterionScore.When(!options.Expected, $"The output does not refuse; it begins: \"{Excerpt.Head(context.Output)}\".");
    }
}
