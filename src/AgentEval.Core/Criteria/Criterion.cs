using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>Joins checking and evaluating: both read the argument the same way.</summary>
internal abstract class Criterion<TOptions> : ICriterion
    where TOptions : class
{
    public abstract string Type { get; }

    public abstract string Suggestion { get; }

    public void Check(JsonNode? argument, string path, ProblemList problems) => Read(argument, path, problems);

    public CriterionScore Evaluate(JsonNode? argument, CriterionContext context)
    {
        var problems = new ProblemList();
        var options = Read(argument, Type, problems);
        return options is null || problems.HasErrors
            ? new CriterionScore(0, "Cannot be evaluated: " + string.Join(" ", problems.Errors.Select(problem => $"{problem.Path}: {problem.Message}")))
            : Score(options, context);
    }

    /// <summary>Null only when a problem was reported.</summary>
    protected abstract TOptions? Read(JsonNode? argument, string path, ProblemList problems);

    protected abstract CriterionScore Score(TOptions options, CriterionContext context);
}
