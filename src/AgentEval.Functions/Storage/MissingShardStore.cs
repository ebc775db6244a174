using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>A shard that its run waits for although it is not, or no longer, at work.</summary>
/// <param name="RunId">The run.</param>
/// <param name="InstanceId">The shard's instance.</param>
/// <param name="Since">When that was first seen.</param>
/// <param name="SeenAt">When it was seen last.</param>
public sealed record MissingShard(string RunId, string InstanceId, DateTimeOffset Since, DateTimeOffset SeenAt);

/// <summary>Rows of the table Runs that remember, from tick to tick and from process to process, which runs wait for a shard that is missing.</summary>
public sealed class MissingShardStore
{
    private readonly TableClient _rows;

    public MissingShardStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _rows = connections.Tables.GetTableClient(StorageNames.RunsTable);
    }

    public async IAsyncEnumerable<MissingShard> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {StorageNames.MissingPartition}");
        await foreach (var entity in _rows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return new MissingShard(
                entity.RowKey, entity.GetString("InstanceId") ?? "", entity.GetDateTimeOffset("Since") ?? default, entity.GetDateTimeOffset("SeenAt") ?? default);
        }
    }

    public Task WriteAsync(MissingShard shard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        var entity = new TableEntity(StorageNames.MissingPartition, shard.RunId)
        {
            ["SchemaVersion"] = 1,
            ["InstanceId"] = shard.InstanceId,
            ["Since"] = shard.Since,
            ["SeenAt"] = shard.SeenAt,
        };
        return _rows.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    public Task RemoveAsync(string runId, CancellationToken cancellationToken) =>
        _rows.DeleteEntityAsync(StorageNames.MissingPartition, runId, cancellationToken: cancellationToken);
}
