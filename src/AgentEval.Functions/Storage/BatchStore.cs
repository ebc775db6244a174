using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <param name="BatchId">The batch.</param>
/// <param name="CreatedAt">When it came first.</param>
/// <param name="Runs">How many requests it holds.</param>
/// <param name="ContentHash">Tells the same batch from another of the same id.</param>
public sealed record BatchHeader(string BatchId, DateTimeOffset CreatedAt, int Runs, string ContentHash);

/// <param name="Index">The request's place in the batch, from 0.</param>
/// <param name="RunId">The run it became; null: it was refused.</param>
/// <param name="Errors">Why it was refused.</param>
public sealed record BatchEntry(int Index, string? RunId, IReadOnlyList<Problem> Errors);

/// <summary>The table Batches: a partition per batch, a header and a row per request.</summary>
public sealed class BatchStore
{
    private const string HeaderKey = "batch";

    /// <summary>Of the errors of one request: a batch of a thousand is shown in one answer.</summary>
    private const int MaxErrorBytes = 20_000;

    private readonly TableClient _rows;

    public BatchStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _rows = connections.Tables.GetTableClient(StorageNames.BatchesTable);
    }

    /// <summary>The header that holds: this one when the id was free, else the earlier one.</summary>
    public async Task<BatchHeader> OpenAsync(BatchHeader header, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        try
        {
            var entity = new TableEntity(header.BatchId, HeaderKey) { ["SchemaVersion"] = 1 };
            JsonColumns.Write(entity, header);
            await _rows.AddEntityAsync(entity, cancellationToken);
            return header;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return await FindAsync(header.BatchId, cancellationToken) ?? header;
        }
    }

    /// <summary>Null: there is no such batch.</summary>
    public async Task<BatchHeader?> FindAsync(string batchId, CancellationToken cancellationToken)
    {
        var found = await _rows.GetEntityIfExistsAsync<TableEntity>(batchId, HeaderKey, cancellationToken: cancellationToken);
        return found.HasValue ? JsonColumns.Read<BatchHeader>(found.Value!) : null;
    }

    /// <summary>The batches that came before then.</summary>
    public async Task<IReadOnlyList<BatchHeader>> ListOlderAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var older = new List<BatchHeader>();
        await foreach (var entity in _rows.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {HeaderKey}"), cancellationToken: cancellationToken))
        {
            if (JsonColumns.Read<BatchHeader>(entity) is { } header && header.CreatedAt < before)
            {
                older.Add(header);
            }
        }

        return older;
    }

    /// <summary>The header last: what was interrupted is found again.</summary>
    public async Task RemoveAsync(string batchId, CancellationToken cancellationToken)
    {
        await TableBatches.DeleteAsync(_rows, TableClient.CreateQueryFilter($"PartitionKey eq {batchId} and RowKey ne {HeaderKey}"), cancellationToken);
        await _rows.DeleteEntityAsync(batchId, HeaderKey, cancellationToken: cancellationToken);
    }

    /// <summary>Of many errors the first are kept, and their number.</summary>
    public Task WriteEntryAsync(BatchHeader header, BatchEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(entry);
        var entity = new TableEntity(header.BatchId, EntryKey(entry.Index)) { ["SchemaVersion"] = 1 };
        JsonColumns.Write(entity, entry with { Errors = StoredProblems.Fit(entry.Errors, MaxErrorBytes) });
        return _rows.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>In the order of the batch; requests that have not been looked at yet are missing.</summary>
    public Task<IReadOnlyList<BatchEntry>> ReadEntriesAsync(string batchId, CancellationToken cancellationToken) =>
        ReadEntriesAsync(batchId, 0, BatchRequestReader.MaxRuns, cancellationToken);

    /// <summary>Those from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public async Task<IReadOnlyList<BatchEntry>> ReadEntriesAsync(string batchId, int first, int end, CancellationToken cancellationToken)
    {
        var entries = new List<BatchEntry>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {batchId} and RowKey ge {EntryKey(first)} and RowKey lt {EntryKey(end)}");
        await foreach (var entity in _rows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            entries.Add(JsonColumns.Read<BatchEntry>(entity));
        }

        return entries;
    }

    private static string EntryKey(int index) => $"run~{index:00000}";
}
