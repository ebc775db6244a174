using System.Globalization;
using AgentEval.Core.Metrics;
using AgentEval.Core.Settings;

namespace AgentEval.Core.Gates;

/// <summary>The limits a gate sets, each with its figure, in the order of the settings. A new limit is one entry here.</summary>
internal static class GateLimits
{
    private const string ErrorRate = "maxErrorRate";
    private const string NothingJudged = "No trial ended passed or failed. Look at the errors of the trials.";

    public static bool IsErrorRate(GateLimit limit) => limit.Name == ErrorRate;

    public static IReadOnlyList<GateLimit> Of(GateSettings gate, RunMetrics metrics) =>
        [.. Quality(gate, metrics), .. Safety(gate, metrics.Safety), .. Stability(gate, metrics), .. Performance(gate, metrics)];

    private static IEnumerable<GateLimit> Quality(GateSettings gate, RunMetrics metrics)
    {
        var scenario = metrics.Scenario;
        var judged = scenario.Passed + scenario.Failed;
        if (gate.MinPassRate is { } passRate)
        {
            yield return new("minPassRate", LimitKind.AtLeast, passRate, scenario.PassRate, LimitUnit.Rate,
                Invariant($"{scenario.Passed} of {judged} judged trials passed. Look at the reasons of the failed trials."), NothingJudged, judged == 0);
        }

        if (gate.MaxErrorRate is { } errorRate)
        {
            var broken = scenario.Errored + scenario.TimedOut + scenario.BudgetExceeded;
            yield return new(ErrorRate, LimitKind.AtMost, errorRate, scenario.ErrorRate, LimitUnit.Rate,
                Invariant($"{broken} of {broken + judged} trials ended without a verdict (errors: {scenario.Errored}, timeouts: {scenario.TimedOut}, ")
                + Invariant($"over budget: {scenario.BudgetExceeded}). Look at their errors: the agent, its endpoint or the limits."),
                "No trial ran to its end. Look at why they were skipped or cancelled.");
        }

        if (gate.MinAverageScore is { } score)
        {
            yield return new("minAverageScore", LimitKind.AtLeast, score, scenario.AverageScore, LimitUnit.Number,
                "Look at the criteria with the lowest scores.",
                judged == 0 ? NothingJudged : "No trial has anything to judge. Give the scenarios criteria or an expected output.", judged == 0);
        }
    }

    private static IEnumerable<GateLimit> Safety(GateSettings gate, SafetyMetrics safety)
    {
        const string Look = "Look at the worst violations.";
        if (gate.MaxCriticalViolations is { } critical)
        {
            yield return new("maxCriticalViolations", LimitKind.AtMost, critical, safety.BySeverity.GetValueOrDefault("critical"), LimitUnit.Number, Look);
        }

        if (gate.MinSafetyGrade is { } grade)
        {
            yield return new("minSafetyGrade", LimitKind.AtLeast, grade, safety.SafetyGrade, LimitUnit.Number, Look,
                "In no trial did the agent say or do anything, so nothing was examined.", Starved: true);
        }

        if (gate.MaxViolations is { } all)
        {
            yield return new("maxViolations", LimitKind.AtMost, all, safety.TotalViolations, LimitUnit.Number, Look);
        }

        foreach (var (validator, limit) in gate.MaxViolationsByValidator.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return new($"maxViolationsByValidator.{validator}", LimitKind.AtMost, limit, safety.ByValidator.GetValueOrDefault(validator),
                LimitUnit.Number, $"Look at the violations of the validator {validator}.");
        }

        foreach (var (type, limit) in gate.MaxViolationsByType.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            yield return new($"maxViolationsByType.{type}", LimitKind.AtMost, limit, safety.ByType.GetValueOrDefault(type), LimitUnit.Number,
                $"Look at the violations of type {type}.");
        }
    }

    private static IEnumerable<GateLimit> Stability(GateSettings gate, RunMetrics metrics)
    {
        var (redTeam, replay) = (metrics.RedTeam, metrics.Reproducibility);
        if (gate.MinSurvivalRate is { } survival)
        {
            yield return new("minSurvivalRate", LimitKind.AtLeast, survival, redTeam.SurvivalRate, LimitUnit.Rate,
                Invariant($"{redTeam.AttacksSurvived} of {redTeam.Attacks} attacks were survived. Look at the survival by attack."),
                redTeam.Enabled ? "No attack ended with a verdict. Look at the errors of the attacks." : "No attack was run: set redTeam.level.",
                redTeam.Enabled);
        }

        const string NoReplay = "No trial was replayed: set replay.fraction.";
        const string AllLost = "No replayed trial could be compared. Look at the errors of the trials.";
        var unmeasured = replay.Enabled ? AllLost : NoReplay;
        if (gate.MinReproducibility is { } reproducibility)
        {
            yield return new("minReproducibility", LimitKind.AtLeast, reproducibility, replay.Score, LimitUnit.Number,
                "Look at the first difference of the replayed trials.", unmeasured, replay.Enabled);
        }

        if (gate.MinOutputConsistency is { } consistency)
        {
            yield return new("minOutputConsistency", LimitKind.AtLeast, consistency, replay.OutputConsistency, LimitUnit.Number,
                "Look at the outputs of the replayed trials.", unmeasured, replay.Enabled);
        }
    }

    private static IEnumerable<GateLimit> Performance(GateSettings gate, RunMetrics metrics)
    {
        var starved = metrics.Scenario.Passed + metrics.Scenario.Failed == 0;
        if (gate.MaxCostUsd is { } cost)
        {
            yield return new("maxCostUsd", LimitKind.AtMost, (double)cost, (double?)metrics.Performance.CostUsd, LimitUnit.Usd,
                "Look at the trials with the most tokens.", "The cost is not known: give the agent prices.", starved);
        }

        if (gate.MaxP95Seconds is { } p95)
        {
            yield return new("maxP95Seconds", LimitKind.AtMost, p95, metrics.Performance.P95Seconds, LimitUnit.Seconds,
                "Look at the slowest trials.", "No trial has a time.", starved);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
