using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <summary>Removes the orchestrations of a run, shards first, by their ids.</summary>
public sealed class PurgeInstances
{
    [Function(nameof(PurgeInstances))]
    public async Task RunAsync([ActivityTrigger] RunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(client);
        var shards = new OrchestrationQuery { InstanceIdPrefix = InstanceIds.ShardPrefix(input.RunId) };
        await foreach (var shard in client.GetAllInstancesAsync(shards).WithCancellation(cancellationToken))
        {
            await client.PurgeInstanceAsync(shard.InstanceId, cancellationToken);
        }

        // A run that was never started has none, and a repeat may find it gone.
        if (await client.GetInstanceAsync(input.RunId, cancellationToken) is not null)
        {
            await client.PurgeInstanceAsync(input.RunId, cancellationToken);
        }
    }
}
