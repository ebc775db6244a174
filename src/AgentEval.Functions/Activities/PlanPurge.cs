using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <summary>Chooses the runs a purge removes and writes them down, page by page; gives the number of pages. Only rows are read.</summary>
public sealed class PlanPurge(RunPurges purges, PurgeStore store)
{
    [Function(nameof(PlanPurge))]
    public async Task<int> RunAsync([ActivityTrigger] PurgeInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        await store.RemoveAsync(input.PurgeId, cancellationToken); // What an attempt that broke has chosen.
        var pages = 0;
        await foreach (var runIds in purges.ChooseAsync(input.Rule, cancellationToken).Chunk(PurgePage.MostRuns).WithCancellation(cancellationToken))
        {
            await store.WritePageAsync(input.PurgeId, pages, new PurgeDocument { RunIds = runIds }, cancellationToken);
            pages++;
        }

        return pages;
    }
}
