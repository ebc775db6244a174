using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Trials;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Index">The trial's place in the shard, from 0.</param>
public sealed record TrialInput(string RunId, int Shard, int Index);

/// <param name="Disposition">Whether the trial was <see cref="Ended"/>, or not even begun and why.</param>
/// <param name="Status">The trial's status in camelCase, when it ended.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="Replay">It belongs to the replayed fraction and has a score to reproduce.</param>
public sealed record TrialReceipt(string Disposition, string? Status, double Seconds, bool Replay)
{
    public const string Ended = "ended";
    public const string Paused = "paused";
    public const string RunCancelled = "runCancelled";

    /// <summary>What is asked of the run forbids to begin now, or ever.</summary>
    internal static TrialReceipt NotBegun(RunControl control) => new(control == RunControl.Pause ? Paused : RunCancelled, null, 0, Replay: false);

    internal static TrialReceipt For(PlannedTrial trial, TrialStatus status, double? seconds) =>
        new(Ended, RunRow.Name(status), seconds ?? 0, trial.Replay && status.IsScored());
}

/// <summary>
/// Talks to the agent: one execution of one trial, recorded in its trace. Repeated, it calls the agent again only if the trace was not finished.
/// </summary>
public sealed class ExecuteTrial(LoadedRuns runs, RunControls controls, TraceStore traces, TrialRunner runner, DependencyGuard dependencies, TimeProvider time)
{
    [Function(nameof(ExecuteTrial))]
    public async Task<TrialReceipt> RunAsync([ActivityTrigger] TrialInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var control = await controls.WatchAsync(input.RunId, cancellationToken);
        if (control.Current != RunControl.None)
        {
            return TrialReceipt.NotBegun(control.Current);
        }

        var run = await runs.GetAsync(input.RunId, cancellationToken);
        var trial = (await runs.GetShardAsync(input.RunId, input.Shard, cancellationToken)).Trials[input.Index];
        if (await dependencies.FindUnmetAsync(run, trial, cancellationToken) is not null)
        {
            return TrialReceipt.For(trial, TrialStatus.Skipped, 0);
        }

        var stored = await traces.ReadAsync(input.RunId, trial.TrialId, cancellationToken);
        return stored.Status is { } status
            ? TrialReceipt.For(trial, status, stored.Events[^1].Seconds)
            : await ExecuteAsync(run, trial, stored, control.Cancelled, cancellationToken);
    }

    private async Task<TrialReceipt> ExecuteAsync(
        LoadedRun run, PlannedTrial trial, StoredTrace stored, CancellationToken cancelled, CancellationToken stopping)
    {
        await using var writer = traces.OpenWriter(run.RunId, trial.TrialId, stored);
        var outcome = await runner.RunAsync(run.ContextFor(trial, time.GetUtcNow(), stored), writer, stopping, cancelled);
        await writer.FlushAsync(stopping);
        return TrialReceipt.For(trial, outcome.Trial.Status, outcome.Trial.Seconds);
    }
}
