using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>Knows everything a run leaves behind, and removes it. What stays for a week is its id among those that are not used again.</summary>
public sealed class RunRemover(StorageConnections connections, IdempotencyStore idempotency, TimeProvider time)
{
    private const int BlobsAtOnce = 16;

    private static readonly string[] Containers = [StorageNames.Traces, StorageNames.Plans, StorageNames.Reports];
    private static readonly string[] Tables = [StorageNames.TrialsTable, StorageNames.ViolationsTable];

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await idempotency.MarkRemovedAsync(runId, time.GetUtcNow(), cancellationToken);
        foreach (var container in Containers)
        {
            await RemoveBlobsAsync(container, runId, cancellationToken);
        }

        foreach (var table in Tables)
        {
            await TableBatches.DeleteAsync(connections.Tables.GetTableClient(table), TableClient.CreateQueryFilter($"PartitionKey eq {runId}"), cancellationToken);
        }

        await connections.Tables.GetTableClient(StorageNames.RunsTable)
            .DeleteEntityAsync(StorageNames.RunsPartition, runId, cancellationToken: cancellationToken);
    }

    private async Task RemoveBlobsAsync(string container, string runId, CancellationToken cancellationToken)
    {
        var client = connections.Blobs.GetBlobContainerClient(container);
        await Parallel.ForEachAsync(
            client.GetBlobsAsync(BlobTraits.None, BlobStates.None, StorageNames.RunPrefix(runId), cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = BlobsAtOnce, CancellationToken = cancellationToken },
            async (blob, ct) => await client.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: ct));
    }
}
