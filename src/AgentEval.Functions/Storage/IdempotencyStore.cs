using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Which run an Idempotency-Key stands for.</summary>
/// <param name="RunId">The run.</param>
/// <param name="BodyHash">Hash of the submission the key first came with.</param>
/// <param name="CreatedAt">When that was.</param>
public sealed record IdempotencyEntry(string RunId, string BodyHash, DateTimeOffset CreatedAt);

/// <summary>Rows of the table Idempotency: who inserts first decides.</summary>
public sealed class IdempotencyStore
{
    private const string Partition = "key";

    private readonly TableClient _entries;

    public IdempotencyStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _entries = connections.Tables.GetTableClient(StorageNames.IdempotencyTable);
    }

    /// <summary>Null: the key is free.</summary>
    public async Task<IdempotencyEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var found = await _entries.GetEntityIfExistsAsync<TableEntity>(Partition, StorageNames.IdempotencyKey(key), cancellationToken: cancellationToken);
        return found.HasValue ? From(found.Value!) : null;
    }

    /// <summary>The entry that holds: <paramref name="entry"/> when the key was free, else the earlier one.</summary>
    public async Task<IdempotencyEntry> ClaimAsync(string key, IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var entity = new TableEntity(Partition, StorageNames.IdempotencyKey(key))
        {
            ["SchemaVersion"] = 1,
            ["RunId"] = entry.RunId,
            ["BodyHash"] = entry.BodyHash,
            ["CreatedAt"] = entry.CreatedAt,
        };
        try
        {
            await _entries.AddEntityAsync(entity, cancellationToken);
            return entry;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return await FindAsync(key, cancellationToken) ?? throw new InvalidOperationException("The entry of an Idempotency-Key was removed while it was read.", failure);
        }
    }

    public Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        TableBatches.DeleteAsync(_entries, TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and CreatedAt lt {before}"), cancellationToken);

    private static IdempotencyEntry From(TableEntity entity) =>
        new(entity.GetString("RunId"), entity.GetString("BodyHash"), entity.GetDateTimeOffset("CreatedAt") ?? default);
}
