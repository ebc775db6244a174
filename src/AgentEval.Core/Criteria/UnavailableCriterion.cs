using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>A type of the suite format that this version cannot evaluate: refused at validation, so that no trial is judged without it.</summary>
internal sealed class UnavailableCriterion(string type) : ICriterion
{
    public string Type => type;

    public string Suggestion => "Use another criterion.";

    public void Check(JsonNode? argument, string path, ProblemList problems) =>
        problems.Error(path, ProblemCodes.NotAvailable, $"The criterion '{type}' is not available in this version. Use another criterion.");

    public CriterionScore Evaluate(JsonNode? argument, CriterionContext context) => new(0, $"The criterion '{type}' is not available in this version.");
}
