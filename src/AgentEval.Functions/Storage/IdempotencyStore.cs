using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Which run an Idempotency-Key stands for.</summary>
/// <param name="RunId">The run.</param>
/// <param name="BodyHash">Hash of the submission the key first came with.</param>
public sealed record IdempotencyEntry(string RunId, string BodyHash);

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

    /// <summary>The entry that holds: <paramref name="entry"/> when the key was free, else the earlier one.</summary>
    public async Task<IdempotencyEntry> ClaimAsync(string key, IdempotencyEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var rowKey = StorageNames.IdempotencyKey(key);
        try
        {
            var entity = new TableEntity(Partition, rowKey) { ["SchemaVersion"] = 1, ["RunId"] = entry.RunId, ["BodyHash"] = entry.BodyHash };
            await _entries.AddEntityAsync(entity, cancellationToken);
            return entry;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            var earlier = await _entries.GetEntityAsync<TableEntity>(Partition, rowKey, cancellationToken: cancellationToken);
            return new IdempotencyEntry(earlier.Value.GetString("RunId"), earlier.Value.GetString("BodyHash"));
        }
    }
}
