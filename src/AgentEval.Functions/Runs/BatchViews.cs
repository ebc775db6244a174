using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>What <c>GET /batches/{id}</c> answers.</summary>
public sealed class BatchViews(BatchStore batches, RunStore runs)
{
    /// <summary>Null: there is no such batch.</summary>
    public async Task<BatchView?> FindAsync(string batchId, CancellationToken cancellationToken)
    {
        if (await batches.FindAsync(batchId, cancellationToken) is not { } header)
        {
            return null;
        }

        var views = new List<BatchRunView>();
        foreach (var entry in await batches.ReadEntriesAsync(batchId, cancellationToken))
        {
            var row = entry.RunId is null ? null : await runs.FindAsync(entry.RunId, cancellationToken);
            views.Add(new BatchRunView(entry.Index, entry.RunId, row?.Status, row?.Verdict, entry.Errors));
        }

        return new BatchView(
            header.BatchId,
            header.CreatedAt,
            header.Runs,
            views.Count(view => view.RunId is not null),
            views.Count(view => view.RunId is null),
            views.Count(view => view.Status?.IsFinished() == true),
            views);
    }
}
