using AgentEval.Core.Runs;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="MayTerminate">What waits for ever may be ended from outside. An order that is given again and again may outlast its instance, and the task hub then carries it about for ever.</param>
/// <param name="IsOverdue">It has had its time: whatever has not ended is to be ended from outside.</param>
public sealed record StopRunInput(string RunId, bool MayTerminate, bool IsOverdue);

/// <param name="IsEnded">Nothing of the run works any more.</param>
/// <param name="HasTerminated">Something was ended from outside.</param>
public sealed record StopRunOutput(bool IsEnded, bool HasTerminated);

/// <summary>Cancels a run and tells whether its orchestrations have ended: of a run that broke, a shard may still be at work.</summary>
public sealed partial class StopRun(RunOperator operate, ILogger<StopRun> logger)
{
    [Function(nameof(StopRun))]
    public async Task<StopRunOutput> RunAsync([ActivityTrigger] StopRunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(client);
        var result = await operate.CancelAsync(input.RunId, client, cancellationToken);
        var instance = await client.GetInstanceAsync(input.RunId, getInputsAndOutputs: true, cancellationToken);
        var live = await LiveShards.FindAsync(input.RunId, client, cancellationToken);
        var isLive = instance is { IsCompleted: false };
        if (live.Count == 0 && !isLive)
        {
            return new StopRunOutput(IsEnded: true, HasTerminated: false);
        }

        // A run that has its result, but whose orchestration still waits for a shard while none is at work, waits for ever.
        var waitsForEver = live.Count == 0 && result.Row?.Status.IsFinished() != false && RunNotes.ShardsAtWork(input.RunId, instance!).Count > 0;
        var terminates = input.MayTerminate && (input.IsOverdue || waitsForEver);
        if (terminates)
        {
            await TerminateAsync(isLive ? live.Append(input.RunId) : live, client, cancellationToken);
        }

        return new StopRunOutput(IsEnded: false, terminates);
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
