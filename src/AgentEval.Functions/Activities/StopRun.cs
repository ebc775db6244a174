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
        await operate.CancelAsync(input.RunId, client, cancellationToken);
        var instance = await client.GetInstanceAsync(input.RunId, cancellationToken);
        return instance is not { IsCompleted: false } && !await IsAnyShardAtWorkAsync(input.RunId, client, cancellationToken);
    }

    private static async Task<bool> IsAnyShardAtWorkAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var shards = new OrchestrationQuery { InstanceIdPrefix = InstanceIds.ShardPrefix(runId) };
        await foreach (var shard in client.GetAllInstancesAsync(shards).WithCancellation(cancellationToken))
        {
            if (!shard.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }
}
