using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Runs;

/// <summary>
/// Ends the runs whose orchestration died before it could say so, or waits for a shard that is gone: the storage account was away for longer than
/// activities are tried, or an operator purged or terminated an instance. Their rows would say "running" for ever, and keep a place from the others.
/// </summary>
public sealed partial class LostRuns(RunQueue queue, RunStore runs, RunOperator operate, MissingShards missing, ILogger<LostRuns> logger)
{
    public async Task EndAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var working = await queue.ReadWorkingAsync(cancellationToken);
        var watch = await missing.OpenAsync(cancellationToken);
        await Independently.RunAsync(
            working.Select<RunRow, Func<Task>>(row => () => EndIfLostAsync(row.RunId, watch, client, cancellationToken))
                .Append(() => watch.ForgetOthersAsync(working, cancellationToken)),
            cancellationToken);
    }

    private async Task EndIfLostAsync(string runId, MissingShards.Watch watch, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken);
        if (instance is { IsCompleted: false })
        {
            if (await watch.FindGivenUpAsync(runId, instance, client, cancellationToken) is { } shard)
            {
                await EndAsync(runId, $"The run waited for '{shard}', which was removed or ended unheard. Submit the run again.", client, cancellationToken);
            }

            return;
        }

        // Read after the instance: what an orchestration that has just ended wrote last is seen.
        var row = await runs.FindAsync(runId, cancellationToken);
        if (row is not null && !row.Status.IsFinished() && (instance is not null || await WasRemovedAsync(row, client, cancellationToken)))
        {
            await EndAsync(runId, Describe(instance), client, cancellationToken);
        }
    }

    /// <summary>
    /// Of a run without an instance. One that got its place a moment ago is yet to be started by the queue; and it may have been started and planned since
    /// the first look, so only a second one, after its row said that it had begun, tells.
    /// </summary>
    private static async Task<bool> WasRemovedAsync(RunRow row, DurableTaskClient client, CancellationToken cancellationToken) =>
        row.StartedAt is not null && await client.GetInstanceAsync(row.RunId, cancellationToken) is null;

    /// <summary>The row stops trials; a shard that waits for a resume or a delay has to be told.</summary>
    private async Task EndAsync(string runId, string reason, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var shards = await LiveShards.FindAsync(runId, client, cancellationToken);
        await ShardEvents.SendAsync(shards, ControlEvents.StopPrefix + StopReasons.Cancelled, client, cancellationToken);
        await operate.FailAsync(runId, reason, cancellationToken);
        LogLost(runId, reason);
    }

    private static string Describe(OrchestrationMetadata? instance) => instance switch
    {
        null => "The run's orchestration was removed while it worked. Submit the run again.",
        { RuntimeStatus: OrchestrationRuntimeStatus.Terminated } => "The run's orchestration was terminated while it worked. Submit the run again.",
        { RuntimeStatus: OrchestrationRuntimeStatus.Failed, SerializedOutput: { Length: > 0 } failure } => FailRunInput.Cut($"The run's orchestration failed: {failure}"),
        _ => "The run's orchestration ended without a result; the app's log says more.",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} was lost: {Reason}")]
    private partial void LogLost(string runId, string reason);
}
