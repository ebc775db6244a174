using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <param name="PurgeId">The purge.</param>
/// <param name="First">The run to go on with, from 0.</param>
public sealed record PurgePageInput(string PurgeId, int First);

/// <param name="Next">The run to go on with.</param>
/// <param name="IsLast">The removal of every run has begun.</param>
public sealed record PurgePageOutput(int Next, bool IsLast);

/// <summary>Starts the removal of a page of runs. One that is being removed, or is gone, is left alone.</summary>
public sealed class PurgePage(PurgeStore store, RunStore runs, RunDeletions deletions)
{
    internal const int MostRuns = 100;

    [Function(nameof(PurgePage))]
    public async Task<PurgePageOutput> RunAsync([ActivityTrigger] PurgePageInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (await store.FindAsync(input.PurgeId, cancellationToken) is not { } purge)
        {
            return new PurgePageOutput(input.First, IsLast: true);
        }

        var end = Math.Min(input.First + MostRuns, purge.RunIds.Count);
        for (var index = input.First; index < end; index++)
        {
            if (await runs.FindAsync(purge.RunIds[index], cancellationToken) is not null)
            {
                await deletions.StartAsync(purge.RunIds[index], client, cancellationToken);
            }
        }

        if (end < purge.RunIds.Count)
        {
            return new PurgePageOutput(end, IsLast: false);
        }

        await store.RemoveAsync(input.PurgeId, cancellationToken);
        return new PurgePageOutput(end, IsLast: true);
    }
}
