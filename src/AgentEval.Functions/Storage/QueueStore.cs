using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <param name="RunId">The run.</param>
/// <param name="From">Before this it does not start.</param>
/// <param name="Key">Of its row.</param>
public sealed record WaitingRun(string RunId, DateTimeOffset From, string Key);

/// <summary>The runs that have a place to work.</summary>
public sealed record ActiveRuns(IReadOnlyList<string> RunIds)
{
    internal ETag? ETag { get; init; }
}

/// <summary>Rows of the table Runs that say who waits and who works.</summary>
public sealed class QueueStore
{
    private readonly TableClient _rows;

    public QueueStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _rows = connections.Tables.GetTableClient(StorageNames.RunsTable);
    }

    public Task EnterAsync(string runId, DateTimeOffset from, CancellationToken cancellationToken) => _rows.UpsertEntityAsync(
        new TableEntity(StorageNames.WaitingPartition, StorageNames.WaitingKey(runId, from)) { ["SchemaVersion"] = 1, ["From"] = from }, TableUpdateMode.Replace, cancellationToken);

    /// <summary>In the order of their times.</summary>
    public async IAsyncEnumerable<WaitingRun> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {StorageNames.WaitingPartition}");
        await foreach (var entity in _rows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return new WaitingRun(StorageNames.WaitingRunId(entity.RowKey), entity.GetDateTimeOffset("From") ?? default, entity.RowKey);
        }
    }

    /// <summary>Counts no further than <paramref name="enough"/>.</summary>
    public async Task<int> CountAsync(int enough, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var _ in ReadAsync(cancellationToken))
        {
            if (++count >= enough)
            {
                break;
            }
        }

        return count;
    }

    public async Task LeaveAsync(IEnumerable<WaitingRun> waiting, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(waiting);
        foreach (var each in waiting)
        {
            await _rows.DeleteEntityAsync(StorageNames.WaitingPartition, each.Key, cancellationToken: cancellationToken);
        }
    }

    public async Task<ActiveRuns> ReadActiveAsync(CancellationToken cancellationToken)
    {
        var found = await _rows.GetEntityIfExistsAsync<TableEntity>(StorageNames.ActivePartition, StorageNames.ActiveKey, cancellationToken: cancellationToken);
        return found.HasValue
            ? new ActiveRuns(JsonSerializer.Deserialize<List<string>>(found.Value!.GetString("RunIds")) ?? []) { ETag = found.Value.ETag }
            : new ActiveRuns([]);
    }

    /// <summary>False: somebody else changed it since <paramref name="read"/>.</summary>
    public async Task<bool> TryWriteActiveAsync(ActiveRuns read, IReadOnlyList<string> runIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var entity = new TableEntity(StorageNames.ActivePartition, StorageNames.ActiveKey) { ["SchemaVersion"] = 1, ["RunIds"] = JsonSerializer.Serialize(runIds) };
        try
        {
            if (read.ETag is { } etag)
            {
                await _rows.UpdateEntityAsync(entity, etag, TableUpdateMode.Replace, cancellationToken);
            }
            else
            {
                await _rows.AddEntityAsync(entity, cancellationToken);
            }

            return true;
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            return false;
        }
    }
}
