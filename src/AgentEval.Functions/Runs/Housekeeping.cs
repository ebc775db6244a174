using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>
/// Removes what is left beside the runs: the instances of errands (submissions, purges, removals of runs) a day after they ended, Idempotency-Keys and the ids of
/// removed runs after seven days, batches and rejected messages with the runs of their time, the lists of purges that broke, and the signs of life of
/// processes that are gone. Instances of runs stay as long as their run: they forbid a second start.
/// </summary>
public sealed class Housekeeping(
    IdempotencyStore idempotency, WorkerStore workers, PurgeStore purges, OldSubmissions submissions, RetentionOptions retention, TimeProvider time)
{
    private static readonly TimeSpan KeepErrands = TimeSpan.FromDays(1);
    private static readonly TimeSpan KeepKeys = TimeSpan.FromDays(7);

    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public Task TidyAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return Independently.RunAsync(
            [
                () => PurgeErrandsAsync(now - KeepErrands, client, cancellationToken),
                () => idempotency.RemoveOlderAsync(now - KeepKeys, cancellationToken),
                () => workers.RemoveOlderAsync(now - Workers.AliveFor, cancellationToken),
                () => RemovePurgeListsAsync(client, cancellationToken),
                () => submissions.RemoveOlderAsync(now - retention.Age, cancellationToken),
            ],
            cancellationToken);
    }

    private static Task PurgeErrandsAsync(DateTimeOffset before, DurableTaskClient client, CancellationToken cancellationToken) => Independently.RunAsync(
        InstanceIds.ErrandPrefixes.Select<string, Func<Task>>(prefix => () => PurgeErrandsAsync(prefix, before, client, cancellationToken)),
        cancellationToken);

    private static async Task PurgeErrandsAsync(string prefix, DateTimeOffset before, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var old = new List<string>();
        var ended = new OrchestrationQuery { InstanceIdPrefix = prefix, CreatedTo = before, Statuses = Ended };
        await foreach (var instance in client.GetAllInstancesAsync(ended).WithCancellation(cancellationToken))
        {
            if (instance.LastUpdatedAt < before)
            {
                old.Add(instance.InstanceId);
            }
        }

        await Independently.RunAsync(old.Select<string, Func<Task>>(id => () => PurgeErrandAsync(id, client, cancellationToken)), cancellationToken);
    }

    private async Task RemovePurgeListsAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        await foreach (var purgeId in purges.ReadIdsAsync(cancellationToken))
        {
            if (await client.GetInstanceAsync(InstanceIds.Purge(purgeId), cancellationToken) is not { IsCompleted: false })
            {
                await purges.RemoveAsync(purgeId, cancellationToken);
            }
        }
    }

    /// <summary>One that was begun again since it was listed stays.</summary>
    private static async Task PurgeErrandAsync(string instanceId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken) is not { IsCompleted: true })
        {
            return;
        }

        try
        {
            await client.PurgeInstanceAsync(instanceId, cancellationToken);
        }
        catch (InvalidOperationException)
        {
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is not { IsCompleted: false })
            {
                throw;
            }
        }
    }
}
