using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output is a text (white space at the ends ignored), or JSON equal to a value (numbers by value, order of keys ignored).</summary>
internal sealed class EqualsCriterion : Criterion<JsonNode>
{
    public override string Type => "equals";

    public override string Suggestion => "Compare the answer with the expected one, character by character.";

    protected override JsonNode? Read(JsonNode? argument, string path, ProblemList problems)
    {
        if (argument is null)
        {
            problems.Error(path, ProblemCodes.Required, "Give the text or the JSON value the output must equal.");
        }

        return argument;
    }

    protected override CriterionScore Score(JsonNode options, CriterionContext context)
    {
        if (options.GetValueKind() == JsonValueKind.String)
        {
            var wanted = options.GetValue<string>();
            return CriterionScore.When(
                context.Output.AsSpan().Trim().SequenceEqual(wanted.AsSpan().Trim()),
                $"The output is \"{Excerpt.Head(context.Output)}\".",
                wanted: $"\"{Excerpt.Head(wanted)}\"");
        }

        return context.TryGetJson(out var value)
            ? CriterionScore.When(
                JsonNode.DeepEquals(value, options),
                $"The output is {Excerpt.Head(value?.ToJsonString() ?? "null")}.",
                wanted: Excerpt.Head(options.ToJsonString()))
            : new(0, $"The output is not JSON; it begins: \"{Excerpt.Head(context.Output)}\".");
    }
}
