using AgentEval.Core.Runs;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Trials;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <summary>Runs a recorded trial once more, with the same seed, into a trace of its own. The comparison is made when the shard is validated.</summary>
public sealed class ReplayTrial(LoadedRuns runs, RunControls controls, TraceStore traces, TrialRunner runner, TimeProvider time)
{
    [Function(nameof(ReplayTrial))]
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
        var stored = await traces.ReadReplayAsync(input.RunId, trial.TrialId, cancellationToken);
        if (stored.Status is { } status)
        {
            return TrialReceipt.For(trial, status, stored.Events[^1].Seconds);
        }

        await using var writer = traces.OpenReplayWriter(run.RunId, trial.TrialId, stored);
        var outcome = await runner.RunAsync(run.ContextFor(trial, time.GetUtcNow(), stored), writer, cancellationToken, control.Cancelled);
        await writer.FlushAsync(cancellationToken);
        return TrialReceipt.For(trial, outcome.Trial.Status, outcome.Trial.Seconds);
    }
}
