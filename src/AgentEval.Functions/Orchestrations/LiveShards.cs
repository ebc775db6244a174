using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Shards of a run that have not ended, found by their ids: they outlive a run's own orchestration when that breaks.</summary>
internal static class LiveShards
{
    public static async Task<IReadOnlyList<string>> FindAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var live = new List<string>();
        var shards = new OrchestrationQuery { InstanceIdPrefix = InstanceIds.ShardPrefix(runId) };
        await foreach (var shard in client.GetAllInstancesAsync(shards).WithCancellation(cancellationToken))
        {
            if (!shard.IsCompleted)
            {
                live.Add(shard.InstanceId);
            }
        }

        return live;
    }
}
