using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>Removes what tells of submissions, once it is as old as runs become: batches whose runs are gone, and messages that were set aside.</summary>
public sealed class OldSubmissions(BatchStore batches, SubmissionStore submissions, RejectedSubmissions rejected, RunStore runs)
{
    public Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken) => Independently.RunAsync(
        [() => RemoveBatchesAsync(before, cancellationToken), () => rejected.RemoveOlderAsync(before, cancellationToken)], cancellationToken);

    private async Task RemoveBatchesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = await batches.ListOlderAsync(before, cancellationToken);
        await Independently.RunAsync(old.Select<BatchHeader, Func<Task>>(batch => () => RemoveIfOverAsync(batch, cancellationToken)), cancellationToken);
    }

    private async Task RemoveIfOverAsync(BatchHeader batch, CancellationToken cancellationToken)
    {
        if (!await submissions.IsOpenAsync(StorageNames.BatchSubmission(batch.BatchId, batch.ContentHash), cancellationToken)
            && !await HasRunsAsync(batch.BatchId, cancellationToken))
        {
            await batches.RemoveAsync(batch.BatchId, cancellationToken);
        }
    }

    /// <summary>The last ones are the youngest.</summary>
    private async Task<bool> HasRunsAsync(string batchId, CancellationToken cancellationToken)
    {
        foreach (var entry in (await batches.ReadEntriesAsync(batchId, cancellationToken)).Reverse())
        {
            if (entry.RunId is { } runId && await runs.FindAsync(runId, cancellationToken) is not null)
            {
                return true;
            }
        }

        return false;
    }
}
