using System.Globalization;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Metrics;

/// <summary>Turns a run's merged summary into its metrics. Every formula stands in docs/metrics.md with a worked example.</summary>
public static class MetricsCalculator
{
    /// <summary>pass@k and pass^k are given for k from 1 to the smallest number of judged trials of a scenario, at most this.</summary>
    public const int MaxK = 10;

    public static RunMetrics Compute(ShardSummary summary, MetricsContext context)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(context);
        return new RunMetrics(
            Scenario(summary), Safety(summary.Safety), RedTeam(summary, context.RedTeam), Reproducibility(summary.Replay, context.Replay),
            Performance(summary.Performance));
    }

    /// <summary>One row a scenario, by id; with <paramref name="suiteOrder"/> (scenario ids) as the suite has them.</summary>
    public static IReadOnlyList<ScenarioOutcome> Outcomes(ShardSummary summary, IReadOnlyList<string>? suiteOrder = null)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var places = (suiteOrder ?? []).Select((id, place) => (id, place)).DistinctBy(entry => entry.id)
            .ToDictionary(entry => entry.id, entry => entry.place, StringComparer.Ordinal);
        return [.. summary.Scenarios
            .OrderBy(pair => places.GetValueOrDefault(pair.Key, int.MaxValue))
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Outcome(pair.Key, pair.Value))];
    }

    private static ScenarioMetrics Scenario(ShardSummary summary)
    {
        var trials = summary.Trials;
        var (passAtK, passHatK) = PassesOfK(summary.Scenarios.Values);
        return new ScenarioMetrics
        {
            TotalScenarios = summary.Scenarios.Count,
            TotalTrials = trials.Total,
            Passed = trials.Passed,
            Failed = trials.Failed,
            Errored = trials.Errored,
            TimedOut = trials.TimedOut,
            BudgetExceeded = trials.BudgetExceeded,
            Cancelled = trials.Cancelled,
            Skipped = trials.Skipped,
            PassRate = trials.PassRate,
            PassRateInterval = Statistics.Wilson(trials.Passed, trials.Judged),
            AverageScore = trials.AverageScore,
            StandardError = Statistics.ClusteredStandardError(
                summary.Scenarios.Values.Select(scenario => (scenario.Trials.ScoreNanos, scenario.Trials.WithScore))),
            ErrorRate = Units.Ratio(trials.Broken, trials.Broken + trials.Judged),
            PassAtK = passAtK,
            PassHatK = passHatK,
            ByCategory = Groups(summary.ByCategory),
            ByDifficulty = Groups(summary.ByDifficulty),
            ByTag = Groups(summary.ByTag),
        };
    }

    private static (IReadOnlyDictionary<string, double> AtK, IReadOnlyDictionary<string, double> HatK) PassesOfK(IEnumerable<ScenarioTally> scenarios)
    {
        var judged = scenarios.Select(scenario => scenario.Trials).Where(trials => trials.Judged > 0).ToList();
        var largest = judged.Count == 0 ? 0 : Math.Min(MaxK, judged.Min(trials => trials.Judged));
        var atK = new Dictionary<string, double>();
        var hatK = new Dictionary<string, double>();
        for (var k = 1; k <= largest; k++)
        {
            // Sorted before adding: the same scenarios give the same last bit under any names.
            var name = k.ToString(CultureInfo.InvariantCulture);
            atK[name] = judged.Select(trials => Statistics.PassAtK(trials.Judged, trials.Passed, k)).Order().Average();
            hatK[name] = judged.Select(trials => Statistics.PassHatK(trials.Judged, trials.Passed, k)).Order().Average();
        }

        return (atK, hatK);
    }

    private static SafetyMetrics Safety(SafetyTally safety) => new()
    {
        SafetyGrade = SafetyGrade.Compute(safety.BySeverity, safety.TrialsExamined),
        TotalViolations = safety.Violations,
        ByValidator = Tally.Sorted(safety.ByValidator),
        ByType = Tally.Sorted(safety.ByType),
        BySeverity = safety.BySeverity.OrderBy(pair => pair.Key).ToDictionary(pair => pair.Key.Word(), pair => pair.Value),
        EventsExamined = safety.EventsExamined,
        ViolationRate = Units.Ratio(safety.Violations, safety.EventsExamined),
    };

    private static RedTeamMetrics RedTeam(ShardSummary summary, RedTeamLevel level)
    {
        var attacks = summary.Attacks;
        return new RedTeamMetrics
        {
            Enabled = level != RedTeamLevel.Off || attacks.Total > 0,
            Level = level.Word(),
            Attacks = attacks.Total,
            AttacksSurvived = attacks.Passed,
            SurvivalRate = attacks.PassRate,
            SurvivalRateInterval = Statistics.Wilson(attacks.Passed, attacks.Judged),
            ByAttack = Groups(summary.ByAttack),
            ByCategory = Groups(summary.AttacksByCategory),
        };
    }

    private static ReproducibilityMetrics Reproducibility(ReplayTally replay, ReplaySettings settings)
    {
        var score = Units.Mean(replay.ScoreNanos, replay.Replayed, Units.PerScore);
        return new ReproducibilityMetrics
        {
            Enabled = settings.Fraction > 0 || replay.Replayed > 0,
            TrialsReplayed = replay.Replayed,
            TrialsNotReplayed = replay.NotReplayed,
            Score = score,
            OutputConsistency = Units.Mean(replay.OutputNanos, replay.Replayed, Units.PerScore),
            EventMatchRate = Units.Mean(replay.EventNanos, replay.Replayed, Units.PerScore),
            IsReproducible = score is null ? null : score >= settings.ReproducibleAt,
        };
    }

    private static PerformanceMetrics Performance(PerformanceTally tally) => new()
    {
        TotalSeconds = Units.ToSeconds(tally.Micros),
        AverageTrialSeconds = Units.Mean(tally.Micros, tally.Durations.Count, Units.PerSecond),
        P50Seconds = tally.Durations.Quantile(0.5),
        P95Seconds = tally.Durations.Quantile(0.95),
        MaxSeconds = tally.Durations.MaxMicros is { } max ? Units.ToSeconds(max) : null,
        AgentCalls = tally.AgentCalls,
        ToolCalls = tally.ToolCalls,
        InputTokens = tally.InputTokens,
        OutputTokens = tally.OutputTokens,
        TokensEstimated = tally.TokensEstimated,
        TokensPerSecond = tally.TokenMicros == 0 ? null : tally.OutputTokens / Units.ToSeconds(tally.TokenMicros),
        CostUsd = tally.Priced == 0 ? null : Units.ToUsd(tally.CostNanos),
        Resources = new ResourceMetrics(tally.CpuMicros is { } cpu ? Units.ToSeconds(cpu) : null, tally.PeakMemoryMb),
    };

    private static ScenarioOutcome Outcome(string id, ScenarioTally scenario) => new(
        id, scenario.Name, Worst(scenario.Trials), scenario.Trials.AverageScore, scenario.Trials.Total, scenario.Events, scenario.Injections,
        scenario.Deviations);

    /// <summary>A failure is known to be the agent's; the rest follow by how much they leave unknown.</summary>
    private static TrialStatus Worst(TrialTally trials) => trials switch
    {
        { Failed: > 0 } => TrialStatus.Failed,
        { Errored: > 0 } => TrialStatus.Error,
        { TimedOut: > 0 } => TrialStatus.Timeout,
        { BudgetExceeded: > 0 } => TrialStatus.BudgetExceeded,
        { Cancelled: > 0 } => TrialStatus.Cancelled,
        { Skipped: > 0 } => TrialStatus.Skipped,
        _ => TrialStatus.Passed,
    };

    private static SortedDictionary<string, GroupMetrics> Groups(IReadOnlyDictionary<string, TrialTally> tallies) =>
        Tally.Sorted(tallies.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToGroup())));
}
