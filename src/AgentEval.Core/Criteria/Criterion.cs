using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>Joins checking and evaluating: both read the argument the same way.</summary>
internal abstract class Criterion<TOptions> : ICriterion
    where TOptions : class
{
    /// <summary>
    /// A suite's argument is read once, not once a trial: compiling a pattern costs more than a hundred evaluations. Entries live as long as the
    /// suite that holds the argument, which nobody changes after reading.
    /// </summary>
    private readonly ConditionalWeakTable<JsonNode, TOptions> _alreadyRead = [];

    public abstract string Type { get; }

    public abstract string Suggestion { get; }

    public void Check(JsonNode? argument, string path, ProblemList problems) => Read(argument, path, problems);

    public virtual IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) => [];

    public CriterionScore Evaluate(JsonNode? argument, CriterionContext context)
    {
        if (argument is not null && _alreadyRead.TryGetValue(argument, out var known))
        {
            return Score(known, context);
        }

        var problems = new ProblemList();
        var options = Read(argument, Type, problems);
        if (options is null || problems.HasErrors)
        {
            var errors = problems.Errors.Select(problem => $"{problem.Path}: {problem.Message}");
            return new CriterionScore(0, "Cannot be evaluated: " + string.Join(" ", errors));
        }

        if (argument is not null)
        {
            _alreadyRead.TryAdd(argument, options);
        }

        return Score(options, context);
    }

    /// <summary>Null only when a problem was reported.</summary>
    protected abstract TOptions? Read(JsonNode? argument, string path, ProblemList problems);

    protected abstract CriterionScore Score(TOptions options, CriterionContext context);
}
