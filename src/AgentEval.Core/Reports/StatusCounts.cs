using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports;

/// <summary>The trials of a run by status, in the order people care.</summary>
internal sealed record StatusCount(TrialStatus Status, string Label, int Count);

internal static class StatusCounts
{
    public static IReadOnlyList<StatusCount> Of(ScenarioMetrics scenario) =>
    [
        new(TrialStatus.Passed, "passed", scenario.Passed),
        new(TrialStatus.Failed, "failed", scenario.Failed),
        new(TrialStatus.Error, "errored", scenario.Errored),
        new(TrialStatus.Timeout, "timed out", scenario.TimedOut),
        new(TrialStatus.BudgetExceeded, "over budget", scenario.BudgetExceeded),
        new(TrialStatus.Cancelled, "cancelled", scenario.Cancelled),
        new(TrialStatus.Skipped, "skipped", scenario.Skipped),
    ];
}
