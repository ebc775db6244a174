using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Writes or deletes many rows of one partition with as few requests as the service allows: 100 rows and 4 MB a transaction.</summary>
internal static class TableBatches
{
    private const int MaxRows = 100;
    private const int MaxBytes = 3_000_000;

    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    /// <param name="table">The table.</param>
    /// <param name="rows">Rows of one partition with their size in bytes; no key twice.</param>
    /// <param name="cancellationToken">Ends the writing; what is written stays, and writing again is harmless.</param>
    public static async Task UpsertAsync(TableClient table, IEnumerable<(TableEntity Entity, int Bytes)> rows, CancellationToken cancellationToken)
    {
        var batch = new List<TableTransactionAction>(MaxRows);
        var bytes = 0;
        foreach (var (entity, size) in rows)
        {
            if (batch.Count == MaxRows || (batch.Count > 0 && bytes + size > MaxBytes))
            {
                await table.SubmitTransactionAsync(batch, cancellationToken);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity));
            bytes += size;
        }

        if (batch.Count > 0)
        {
            await table.SubmitTransactionAsync(batch, cancellationToken);
        }
    }

    /// <param name="table">The table.</param>
    /// <param name="filter">Rows of one partition.</param>
    /// <param name="cancellationToken">Ends the deletion; what is deleted stays so.</param>
    public static async Task DeleteAsync(TableClient table, string filter, CancellationToken cancellationToken)
    {
        var batch = new List<TableTransactionAction>(MaxRows);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: Keys, cancellationToken: cancellationToken))
        {
            batch.Add(new TableTransactionAction(TableTransactionActionType.Delete, row));
            if (batch.Count == MaxRows)
            {
                await DeleteAsync(table, batch, cancellationToken);
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            await DeleteAsync(table, batch, cancellationToken);
        }
    }

    /// <summary>A row that somebody else deleted since it was read fails the transaction: then each goes by itself.</summary>
    private static async Task DeleteAsync(TableClient table, List<TableTransactionAction> batch, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(batch, cancellationToken);
        }
        catch (TableTransactionFailedException failure) when (failure.Status == 404)
        {
            foreach (var action in batch)
            {
                await table.DeleteEntityAsync(action.Entity.PartitionKey, action.Entity.RowKey, cancellationToken: cancellationToken);
            }
        }
    }
}
