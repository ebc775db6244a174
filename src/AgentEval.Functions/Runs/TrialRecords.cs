using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>From what was recorded of a trial to its result, also of a trial that was never run or never ended.</summary>
public sealed class TrialRecords(DependencyGuard dependencies, TimeProvider time)
{
    public static JudgedTrial Judge(LoadedRun run, PlannedTrial planned, StoredTrace stored)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(stored);
        return TrialJudge.Judge(new JudgeInput(planned, run.ScenarioOf(planned), run.Suite, run.Settings, run.Agent.Prices, stored.Events));
    }

    /// <param name="run">The run.</param>
    /// <param name="planned">A trial without a finished trace.</param>
    /// <param name="stored">What there is of its trace.</param>
    /// <param name="stop">Why the run stopped; null: it did not.</param>
    /// <param name="broken">Why its execution could not be brought to an end; null: it was not the execution.</param>
    /// <param name="cancellationToken">Ends the look-up of dependencies.</param>
    public async Task<JudgedTrial> DescribeUnfinishedAsync(
        LoadedRun run, PlannedTrial planned, StoredTrace stored, string? stop, string? broken, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(planned);
        ArgumentNullException.ThrowIfNull(stored);
        if (broken is not null)
        {
            return Unjudged(run, planned, stored, TrialStatus.Error, new TrialError("infrastructure", broken));
        }

        if (await dependencies.FindUnmetAsync(run, planned, cancellationToken) is { } unmet)
        {
            return Unjudged(run, planned, stored, TrialStatus.Skipped, unmet.ToError());
        }

        return stop switch
        {
            StopReasons.Cancelled => Unjudged(run, planned, stored, TrialStatus.Cancelled, new TrialError(stop, "The run was cancelled.")),
            StopReasons.FailFast => Unjudged(run, planned, stored, TrialStatus.Skipped, new TrialError(stop, "The run stopped at an earlier failure (execution.failFast).")),
            StopReasons.GateUnreachable => Unjudged(run, planned, stored, TrialStatus.Skipped, new TrialError(stop, "The gate could not be met any more (execution.stopEarly).")),
            StopReasons.BudgetExceeded => Unjudged(run, planned, stored, TrialStatus.Skipped, new TrialError(stop, "The budget of the run was used up.")),
            _ => Unjudged(run, planned, stored, TrialStatus.Error, new TrialError("infrastructure", "The trial left no finished trace.")),
        };
    }

    internal bool ExceedsBudget(LoadedRun run, RunRow row, ShardSummary soFar)
    {
        var budget = run.Settings.Budget;
        var used = MetricsCalculator.Compute(soFar, MetricsContext.From(run.Settings)).Performance;
        return (budget.Tokens is { } tokens && used.InputTokens + used.OutputTokens > tokens)
            || (budget.CostUsd is { } cost && used.CostUsd > cost)
            || (budget.Seconds is { } seconds && row.StartedAt is { } started && (time.GetUtcNow() - started).TotalSeconds > seconds);
    }

    private static JudgedTrial Unjudged(LoadedRun run, PlannedTrial planned, StoredTrace stored, TrialStatus status, TrialError error)
    {
        var scenario = run.ScenarioOf(planned);
        var trial = new TrialResult
        {
            TrialId = planned.TrialId,
            ScenarioId = planned.ScenarioId,
            Name = scenario.Name,
            Category = scenario.Category,
            Difficulty = scenario.Difficulty,
            Tags = scenario.Tags,
            Epoch = planned.Epoch,
            Attack = planned.Attack,
            Status = status,
            PassThreshold = scenario.PassThreshold ?? run.Suite.ScenarioDefaults.PassThreshold,
            Error = error,
            Attempts = stored.LastAttempt,
            Events = stored.Events.Count,
            Seed = planned.Seed,
        };
        return new JudgedTrial(trial, [], 0);
    }
}
