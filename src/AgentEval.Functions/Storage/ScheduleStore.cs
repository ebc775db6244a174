using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <param name="Name">The schedule.</param>
/// <param name="Document">The file as stored; empty: the row is damaged, or of a later version.</param>
/// <param name="DealtWith">Times up to this one have had their run, or were let go.</param>
public sealed record StoredSchedule(string Name, JsonObject Document, DateTimeOffset DealtWith)
{
    /// <summary>The last time it was due; null: none since it was stored.</summary>
    public ScheduledRun? Last { get; init; }

    internal ETag ETag { get; init; }
}

/// <summary>Rows of the table Schedules.</summary>
public sealed class ScheduleStore
{
    private const string Partition = "schedule";
    private const int SchemaVersion = 1;
    private const int MaxRefusal = 1_000;

    private readonly TableClient _schedules;
    private readonly TimeProvider _time;

    public ScheduleStore(StorageConnections connections, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _schedules = connections.Tables.GetTableClient(StorageNames.SchedulesTable);
        _time = time;
    }

    /// <summary>Stores a schedule, in place of an earlier one; it begins now.</summary>
    public Task PutAsync(string name, JsonObject document, CancellationToken cancellationToken) =>
        _schedules.UpsertEntityAsync(ToEntity(name, document, _time.GetUtcNow(), last: null), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Null: there is no such schedule.</summary>
    public async Task<StoredSchedule?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await _schedules.GetEntityIfExistsAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
        return found.HasValue ? From(found.Value!) : null;
    }

    public async Task<IReadOnlyList<StoredSchedule>> ListAsync(CancellationToken cancellationToken)
    {
        var schedules = new List<StoredSchedule>();
        await foreach (var entity in _schedules.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            schedules.Add(From(entity));
        }

        return schedules;
    }

    /// <summary>False: there was none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is null)
        {
            return false;
        }

        await _schedules.DeleteEntityAsync(Partition, name, cancellationToken: cancellationToken);
        return true;
    }

    /// <summary>Remembers how far a schedule has been dealt with; when it was changed in the meantime, the next tick looks again.</summary>
    /// <param name="schedule">As it was read.</param>
    /// <param name="dealtWith">Times up to this one need nothing more.</param>
    /// <param name="last">What was done now; null: nothing was due.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task AdvanceAsync(StoredSchedule schedule, DateTimeOffset dealtWith, ScheduledRun? last, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        try
        {
            await _schedules.UpdateEntityAsync(ToEntity(schedule.Name, schedule.Document, dealtWith, last ?? schedule.Last), schedule.ETag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 412)
        {
        }
    }

    private static TableEntity ToEntity(string name, JsonObject document, DateTimeOffset dealtWith, ScheduledRun? last)
    {
        var entity = new TableEntity(Partition, name) { ["SchemaVersion"] = SchemaVersion, ["DealtWith"] = dealtWith };
        if (last is not null)
        {
            entity["LastDueAt"] = last.DueAt;
            entity["LastRunId"] = last.RunId;
            entity["LastRefusal"] = last.Refusal is { Length: > MaxRefusal } refusal ? refusal[..MaxRefusal] : last.Refusal;
        }

        JsonColumns.Write(entity, document);
        return entity;
    }

    /// <summary>A row that cannot be read holds up none of the others: an empty file is no schedule, can be listed, and be stored anew or deleted.</summary>
    private static StoredSchedule From(TableEntity entity) => TryRead(entity) ?? new(entity.RowKey, [], default) { ETag = entity.ETag };

    private static ScheduledRun? LastOf(TableEntity entity) =>
        entity.GetDateTimeOffset("LastDueAt") is { } dueAt ? new(dueAt, entity.GetString("LastRunId"), entity.GetString("LastRefusal")) : null;

    private static StoredSchedule? TryRead(TableEntity entity)
    {
        try
        {
            return entity.GetInt32("SchemaVersion") == SchemaVersion
                && entity.GetDateTimeOffset("DealtWith") is { } dealtWith
                && JsonColumns.Read<JsonObject?>(entity) is { } document
                ? new(entity.RowKey, document, dealtWith) { ETag = entity.ETag, Last = LastOf(entity) }
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a column of another type.
            return null;
        }
    }
}
