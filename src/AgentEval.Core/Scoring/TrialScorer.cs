using AgentEval.Core.Criteria;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Scoring;

/// <summary>Judges one trial: the weighted mean over everything the suite says about it. Pure.</summary>
public static class TrialScorer
{
    private const string PropertiesName = "properties";

    public static TrialScore Score(Scenario scenario, Suite suite, Transcript transcript, decimal? costUsd)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(transcript);
        var context = ContextOf(transcript, costUsd);
        List<CriterionResult> results =
        [
            .. scenario.Criteria.Select(spec => Evaluate(spec, context)),
            .. scenario.Expected is null ? [] : new[] { GoldenComparer.Compare(scenario.Expected, scenario.Golden, context) },
            .. scenario.Turns.SelectMany((turn, number) => EvaluateExpect(turn, number, TurnContext(transcript, number))),
            .. EvaluateProperties(scenario.Properties, context),
            .. suite.Evaluators.GetValueOrDefault(scenario.Category, []).Select(spec => Evaluate(spec, context, $"evaluators.{spec.Id}")),
        ];
        if (results.Count == 0)
        {
            return new TrialScore(null, !string.IsNullOrWhiteSpace(context.Output) || context.ToolCalls.Count > 0, results);
        }

        var score = results.Sum(result => result.Weight * result.Score) / results.Sum(result => result.Weight);
        var passed = score >= PassThresholdOf(scenario, suite) && results.All(result => result.Passed || !result.Required);
        return new TrialScore(score, passed, results);
    }

    public static double PassThresholdOf(Scenario scenario, Suite suite)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(suite);
        return scenario.PassThreshold ?? suite.ScenarioDefaults.PassThreshold;
    }

    /// <summary>Judges a turn's <c>expect</c>s; ids are <c>turns[0].contains</c>, …</summary>
    /// <param name="turn">Of the script.</param>
    /// <param name="number">From 0.</param>
    /// <param name="context">See <see cref="TranscriptTurn.ToContext"/>; null: the turn was never answered.</param>
    public static IReadOnlyList<CriterionResult> EvaluateExpect(Turn turn, int number, CriterionContext? context)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return [.. turn.Expect.Select(spec => context is null
            ? ToResult(spec, new CriterionScore(0, "The turn was not answered."), $"turns[{number}].{spec.Id}")
            : Evaluate(spec, context, $"turns[{number}].{spec.Id}"))];
    }

    private static CriterionContext? TurnContext(Transcript transcript, int number) =>
        transcript.Turns.FirstOrDefault(turn => turn.Number == number && turn.Output is not null)?.ToContext();

    private static CriterionContext ContextOf(Transcript transcript, decimal? costUsd) => new()
    {
        Output = transcript.Output ?? "",
        ToolCalls = [.. transcript.ToolCalls],
        Seconds = transcript.AgentSeconds,
        CostUsd = costUsd,
        Input = transcript.Turns is [.., var last] ? last.User : null,
    };

    /// <summary>All properties are one judged item: the share that is satisfied.</summary>
    private static IEnumerable<CriterionResult> EvaluateProperties(IReadOnlyList<CriterionSpec> properties, CriterionContext context)
    {
        if (properties.Count == 0)
        {
            yield break;
        }

        var broken = properties.Select(spec => Evaluate(spec, context)).Where(result => !result.Passed).ToList();
        var satisfied = properties.Count - broken.Count;
        var spec = new CriterionSpec { Type = PropertiesName, Argument = null, Id = PropertiesName, Name = PropertiesName, Threshold = 1 };
        var details = string.Concat(broken.Select(result => $" {result.Name}: {result.Reason}"));
        yield return ToResult(
            spec, new CriterionScore((double)satisfied / properties.Count, $"{satisfied} of {properties.Count} properties are satisfied.{details}"), PropertiesName);
    }

    private static CriterionResult Evaluate(CriterionSpec spec, CriterionContext context, string? id = null)
    {
        var score = CriterionCatalogue.Find(spec.Type)?.Evaluate(spec.Argument, context)
            ?? new CriterionScore(0, $"There is no criterion '{spec.Type}' in this version.");
        return ToResult(spec, score, id ?? spec.Id);
    }

    private static CriterionResult ToResult(CriterionSpec spec, CriterionScore score, string id)
    {
        var passed = score.Score >= spec.Threshold;
        return new CriterionResult
        {
            Id = id,
            Name = spec.Name,
            Type = spec.Type,
            Score = score.Score,
            Passed = passed,
            Threshold = spec.Threshold,
            Weight = spec.Weight,
            Required = spec.Required,
            Reason = score.Reason,
            Suggestion = passed ? null : spec.Suggestion ?? CriterionCatalogue.Find(spec.Type)?.Suggestion,
            Evidence = score.Evidence,
        };
    }
}
