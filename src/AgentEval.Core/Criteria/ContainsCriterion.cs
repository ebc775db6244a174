using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output contains a text; case counts only with <c>caseSensitive: true</c>.</summary>
internal sealed class ContainsCriterion : Criterion<ContainsCriterion.Options>
{
    public sealed record Options(string Text, StringComparison Comparison);

    public override string Type => "contains";

    public override string Suggestion => "Make the answer name what the scenario asks for.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        var json = CriterionArgument.TextOrObject(argument, path, problems, "text", "caseSensitive");
        var text = json?.Text("text", required: true);
        return text is null ? null : new(text, json!.Flag("caseSensitive") == true ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
    }

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var at = context.Output.IndexOf(options.Text, options.Comparison);
        return at >= 0
            ? new(1, $"The output contains \"{options.Text}\".", Excerpt.At(context.Output, at, options.Text.Length))
            : new(0, $"The output does not contain \"{options.Text}\"; it begins: \"{Excerpt.Head(context.Output)}\".");
    }
}
