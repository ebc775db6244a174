using System.Text.Json.Nodes;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The output is JSON (perhaps in a code fence) that satisfies a JSON Schema of draft 2020-12.</summary>
internal sealed class JsonSchemaCriterion : Criterion<JsonSchema>
{
    private const int ErrorsShown = 3;

    public override string Type => "jsonSchema";

    public override string Suggestion => "Tell the agent the exact form of the JSON it must give.";

    protected override JsonSchema? Read(JsonNode? argument, string path, ProblemList problems) => JsonSchema.Read(argument, path, problems);

    protected override CriterionScore Score(JsonSchema options, CriterionContext context)
    {
        if (!context.TryGetJson(out var value))
        {
            return new(0, $"The output is not JSON; it begins: \"{Excerpt.Head(context.Output)}\".");
        }

        var errors = options.Validate(value);
        if (errors.Count == 0)
        {
            return new(1, "The output satisfies the schema.");
        }

        var more = errors.Count > ErrorsShown ? $" And {errors.Count - ErrorsShown} more." : "";
        return new(0, $"The output breaks the schema: {string.Join(" ", errors.Take(ErrorsShown).Select(error => error.ToString()))}{more}", errors[0].InstancePath);
    }
}
