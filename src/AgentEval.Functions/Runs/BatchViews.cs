using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>What <c>GET /batches/{id}</c> answers.</summary>
public sealed class BatchViews(BatchStore batches, RunStore runs)
{
    private const int RowsAtOnce = 16;

    /// <summary>Null: there is no such batch.</summary>
    public async Task<BatchView?> FindAsync(string batchId, CancellationToken cancellationToken)
    {
        if (await batches.FindAsync(batchId, cancellationToken) is not { } header)
        {
            return null;
        }

        var entries = await batches.ReadEntriesAsync(batchId, cancellationToken);
        var views = new BatchRunView[entries.Count];
        await Parallel.ForAsync(
            0,
            entries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = RowsAtOnce, CancellationToken = cancellationToken },
            async (index, ct) => views[index] = await ViewAsync(entries[index], ct));
        return new BatchView(
            header.BatchId,
            header.CreatedAt,
            header.Runs,
            views.Count(view => view.RunId is not null),
            views.Count(view => view.RunId is null),
            header.Runs - views.Length,
            views.Count(HasEnded),
            views);
    }

    /// <summary>A run that was deleted since has, too.</summary>
    private static bool HasEnded(BatchRunView view) => view.RunId is not null && view.Status?.IsFinished() != false;

    private async Task<BatchRunView> ViewAsync(BatchEntry entry, CancellationToken cancellationToken)
    {
        var row = entry.RunId is null ? null : await runs.FindAsync(entry.RunId, cancellationToken);
        return new BatchRunView(entry.Index, entry.RunId, row?.Status, row?.Verdict, entry.Errors);
    }
}
