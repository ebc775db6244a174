using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>A sign of life of a process that works on trials.</summary>
/// <param name="Name">Machine and process.</param>
/// <param name="RunningTrials">Trials it worked on.</param>
/// <param name="At">When.</param>
public sealed record WorkerBeat(string Name, int RunningTrials, DateTimeOffset At);

/// <summary>Rows of the table Runs in which processes say that they work, and on how much. They are shown, and decide nothing.</summary>
public sealed class WorkerStore
{
    private readonly TableClient _rows;

    public WorkerStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _rows = connections.Tables.GetTableClient(StorageNames.RunsTable);
    }

    public Task WriteAsync(WorkerBeat beat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(beat);
        var entity = new TableEntity(StorageNames.WorkerPartition, StorageNames.WorkerKey(beat.Name))
        {
            ["SchemaVersion"] = 1,
            ["Name"] = beat.Name,
            ["RunningTrials"] = beat.RunningTrials,
            ["At"] = beat.At,
        };
        return _rows.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        _rows.DeleteEntityAsync(StorageNames.WorkerPartition, StorageNames.WorkerKey(name), cancellationToken: cancellationToken);

    public async IAsyncEnumerable<WorkerBeat> ReadSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {StorageNames.WorkerPartition} and At ge {since}");
        await foreach (var entity in _rows.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            yield return new WorkerBeat(entity.GetString("Name") ?? "", entity.GetInt32("RunningTrials") ?? 0, entity.GetDateTimeOffset("At") ?? default);
        }
    }

    public Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        TableBatches.DeleteAsync(_rows, TableClient.CreateQueryFilter($"PartitionKey eq {StorageNames.WorkerPartition} and At lt {before}"), cancellationToken);
}
