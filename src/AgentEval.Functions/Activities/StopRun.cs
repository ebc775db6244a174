using AgentEval.Core.Runs;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <summary>Cancels a run and tells whether its orchestrations have ended: of a run that broke, a shard may still be at work.</summary>
public sealed class StopRun(RunOperator operate)
{
    [Function(nameof(StopRun))]
    public async Task<bool> RunAsync([ActivityTrigger] RunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(client);
        var result = await operate.CancelAsync(input.RunId, client, cancellationToken);
        var instance = await client.GetInstanceAsync(input.RunId, getInputsAndOutputs: true, cancellationToken);
        if ((await LiveShards.FindAsync(input.RunId, client, cancellationToken)).Count > 0)
        {
            return false;
        }

        if (instance is not { IsCompleted: false })
        {
            return true;
        }

        if (result.Row?.Status.IsFinished() != false && RunNotes.ShardsAtWork(input.RunId, instance).Count > 0)
        {
            // The run has its result, but its orchestration still waits for a shard: without one at work, for ever.
            await client.TerminateInstanceAsync(input.RunId, cancellationToken);
        }

        return false;
    }
}
