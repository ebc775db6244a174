using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output matches a pattern, or must not (<c>mustMatch: false</c>). Linear time; patterns that need backtracking are refused.</summary>
internal sealed class RegexCriterion : Criterion<RegexCriterion.Options>
{
    public sealed record Options(LinearPattern Pattern, bool MustMatch);

    public override string Type => "regex";

    public override string Suggestion => "Compare the form of the answer with the pattern.";

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        var json = CriterionArgument.TextOrObject(argument, path, problems, "pattern", "mustMatch", "ignoreCase");
        if (json?.Text("pattern", required: true) is not { } pattern)
        {
            return null;
        }

        var linear = LinearPattern.Create(pattern, json!.Flag("ignoreCase") ?? false, json.At("pattern"), problems);
        return linear is null ? null : new(linear, json.Flag("mustMatch") ?? true);
    }

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var match = options.Pattern.Match(context.Output);
        var found = match.Success
            ? $"The pattern {options.Pattern} matches at character {match.Index}."
            : $"The pattern {options.Pattern} matches nowhere.";
        return CriterionScore.When(match.Success == options.MustMatch, found, match.Success ? Excerpt.At(context.Output, match.Index, match.Length) : null);
    }
}
