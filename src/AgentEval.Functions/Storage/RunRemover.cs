using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>Knows everything a run leaves behind, and removes it.</summary>
public sealed class RunRemover(StorageConnections connections)
{
    private const int RowsAtOnce = 100;
    private const int BlobsAtOnce = 16;

    private static readonly string[] Containers = [StorageNames.Traces, StorageNames.Plans, StorageNames.Reports];
    private static readonly string[] Tables = [StorageNames.TrialsTable, StorageNames.ViolationsTable];
    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var container in Containers)
        {
            await RemoveBlobsAsync(container, runId, cancellationToken);
        }

        foreach (var table in Tables)
        {
            await RemovePartitionAsync(table, runId, cancellationToken);
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

    private async Task RemovePartitionAsync(string table, string runId, CancellationToken cancellationToken)
    {
        var client = connections.Tables.GetTableClient(table);
        var rows = client.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {runId}"), select: Keys, cancellationToken: cancellationToken);
        var batch = new List<TableTransactionAction>(RowsAtOnce);
        await foreach (var row in rows)
        {
            batch.Add(new TableTransactionAction(TableTransactionActionType.Delete, row));
            if (batch.Count == RowsAtOnce)
            {
                await client.SubmitTransactionAsync(batch, cancellationToken);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await client.SubmitTransactionAsync(batch, cancellationToken);
        }
    }
}
