using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output has at least <c>min</c> and at most <c>max</c> characters (UTF-16 units).</summary>
internal sealed class LengthCriterion : Criterion<LengthCriterion.Options>
{
    public sealed record Options(int Minimum, int? Maximum);

    public override string Type => "length";

    public override string Suggestion => "Ask the agent for a shorter or longer answer.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        var json = CriterionArgument.Object(argument, path, problems, "min", "max");
        if (json is null)
        {
            return null;
        }

        var (minimum, maximum) = (json.Integer("min"), json.Integer("max"));
        if (!json.Has("min") && !json.Has("max"))
        {
            problems.Error(path, ProblemCodes.Required, "Give min, max or both.");
        }

        if (minimum > maximum)
        {
            problems.Error(path, ProblemCodes.OutOfRange, $"min ({minimum}) is above max ({maximum}).");
        }

        return new(minimum ?? 0, maximum);
    }

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var length = context.Output.Length;
        var limits = options.Maximum is { } maximum ? $"{options.Minimum} to {maximum}" : $"at least {options.Minimum}";
        return CriterionScore.When(
            length >= options.Minimum && !(length > options.Maximum), $"The output has {length} character{(length == 1 ? "" : "s")}.", wanted: limits);
    }
}
