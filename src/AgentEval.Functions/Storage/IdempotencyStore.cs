using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Which run an Idempotency-Key stands for.</summary>
/// <param name="RunId">The run.</param>
/// <param name="BodyHash">Hash of the submission the key first came with.</param>
/// <param name="CreatedAt">When that was.</param>
public sealed record IdempotencyEntry(string RunId, string BodyHash, DateTimeOffset CreatedAt);

/// <summary>
/// Rows of the table Idempotency: keys, of which who inserts first decides, and the ids of runs that were removed. A key of such a run is free
/// again; an id that derives from a message or a place in a batch is never used a second time.
/// </summary>
public sealed class IdempotencyStore
{
    private const string Partition = "key";
    private const string RemovedPartition = "removed";
    private const int Attempts = 10;

    private static readonly string[] Keys = ["RowKey"];

    private readonly TableClient _entries;

    public IdempotencyStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _entries = connections.Tables.GetTableClient(StorageNames.IdempotencyTable);
    }

    /// <summary>Null: the key is free.</summary>
    public async Task<IdempotencyEntry?> FindAsync(string key, CancellationToken cancellationToken) =>
        await ReadAsync(key, cancellationToken) is { } entity && !await IsRemovedAsync(RunIdOf(entity), cancellationToken) ? From(entity) : null;

    /// <summary>The entry that holds: <paramref name="entry"/> when the key was free, else the earlier one.</summary>
    public async Task<IdempotencyEntry> ClaimAsync(string key, IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var holding = await ReadAsync(key, cancellationToken);
            if (holding is not null && !await IsRemovedAsync(RunIdOf(holding), cancellationToken))
            {
                return From(holding);
            }

            if (await TryWriteAsync(key, entry, holding?.ETag, cancellationToken))
            {
                return entry;
            }
        }

        throw new InvalidOperationException("The entry of an Idempotency-Key is being changed by others all the time.");
    }

    /// <summary>From now on the run's keys are free, and nothing becomes a run of this id again.</summary>
    public Task MarkRemovedAsync(string runId, DateTimeOffset at, CancellationToken cancellationToken) => _entries.UpsertEntityAsync(
        new TableEntity(RemovedPartition, runId) { ["SchemaVersion"] = 1, ["CreatedAt"] = at }, TableUpdateMode.Replace, cancellationToken);

    public async Task<bool> IsRemovedAsync(string runId, CancellationToken cancellationToken) =>
        (await _entries.GetEntityIfExistsAsync<TableEntity>(RemovedPartition, runId, Keys, cancellationToken)).HasValue;

    public async Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        foreach (var partition in (string[])[Partition, RemovedPartition])
        {
            await TableBatches.DeleteAsync(_entries, TableClient.CreateQueryFilter($"PartitionKey eq {partition} and CreatedAt lt {before}"), cancellationToken);
        }
    }

    private async Task<TableEntity?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var found = await _entries.GetEntityIfExistsAsync<TableEntity>(Partition, StorageNames.IdempotencyKey(key), cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>False: somebody else was faster.</summary>
    private async Task<bool> TryWriteAsync(string key, IdempotencyEntry entry, ETag? inPlaceOf, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(Partition, StorageNames.IdempotencyKey(key))
        {
            ["SchemaVersion"] = 1,
            ["RunId"] = entry.RunId,
            ["BodyHash"] = entry.BodyHash,
            ["CreatedAt"] = entry.CreatedAt,
        };
        try
        {
            await (inPlaceOf is { } former
                ? _entries.UpdateEntityAsync(entity, former, TableUpdateMode.Replace, cancellationToken)
                : _entries.AddEntityAsync(entity, cancellationToken));
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private static string RunIdOf(TableEntity entity) => entity.GetString("RunId");

    private static IdempotencyEntry From(TableEntity entity) =>
        new(RunIdOf(entity), entity.GetString("BodyHash"), entity.GetDateTimeOffset("CreatedAt") ?? default);
}
