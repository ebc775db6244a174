using AgentEval.Core.Runs;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="Terminate">It has had its time: what has not ended is ended from outside.</param>
public sealed record StopRunInput(string RunId, bool Terminate = false);

/// <summary>Cancels a run and tells whether its orchestrations have ended: of a run that broke, a shard may still be at work.</summary>
public sealed partial class StopRun(RunOperator operate, ILogger<StopRun> logger)
{
    [Function(nameof(StopRun))]
    public async Task<bool> RunAsync([ActivityTrigger] StopRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(client);
        var result = await operate.CancelAsync(input.RunId, client, cancellationToken);
        var instance = await client.GetInstanceAsync(input.RunId, getInputsAndOutputs: true, cancellationToken);
        var live = await LiveShards.FindAsync(input.RunId, client, cancellationToken);
        if (input.Terminate)
        {
            await TerminateAsync(instance is { IsCompleted: false } ? live.Append(input.RunId) : live, client, cancellationToken);
        }

        if (live.Count > 0)
        {
            return false;
        }

        if (instance is not { IsCompleted: false })
        {
            return true;
        }

        if (!input.Terminate && result.Row?.Status.IsFinished() != false && RunNotes.ShardsAtWork(input.RunId, instance).Count > 0)
        {
            // The run has its result, but its orchestration still waits for a shard: without one at work, for ever.
            await client.TerminateInstanceAsync(input.RunId, cancellationToken);
        }

        return false;
    }

    private async Task TerminateAsync(IEnumerable<string> instanceIds, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var id in instanceIds)
        {
            LogTerminated(id);
            await client.TerminateInstanceAsync(id, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} of a run that is to be removed has not ended by itself; it is terminated")]
    private partial void LogTerminated(string instanceId);
}
