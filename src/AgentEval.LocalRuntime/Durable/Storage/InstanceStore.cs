using System.Globalization;
using System.Runtime.CompilerServices;
using AgentEval.LocalRuntime.Durable.History;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>
/// The table with the instances: one partition for each, with its row and its history. The row is part of every transaction and must have
/// the ETag that its owner knows, so an owner that was replaced can write nothing.
/// </summary>
internal sealed class InstanceStore(TableClient table, PayloadStore payloads)
{
    private const int MaxActions = 100;
    private const int RowsPerTransaction = 5;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Null: there is an instance with this id already.</summary>
    public async Task<StoredInstance?> AddAsync(InstanceState state, CancellationToken cancellationToken)
    {
        await MovePayloadsAsync(state, [], cancellationToken);
        try
        {
            var response = await table.AddEntityAsync(InstanceRow.Write(state, stored: null), cancellationToken);
            return new StoredInstance(state, response.Headers.ETag ?? throw new InvalidOperationException("The table service sent no ETag."));
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // The answer to a first attempt may have been lost.
            var existing = await FindAsync(state.InstanceId, cancellationToken);
            return existing?.State.ExecutionId == state.ExecutionId ? existing : null;
        }
    }

    /// <summary>Puts a new execution in the place of a finished one. Null: something else happened to the instance meanwhile.</summary>
    public async Task<StoredInstance?> ReplaceAsync(StoredInstance finished, InstanceState state, CancellationToken cancellationToken)
    {
        var next = state with { Generation = finished.State.Generation + 1 };
        await MovePayloadsAsync(next, [], cancellationToken);
        try
        {
            var response = await table.UpdateEntityAsync(
                InstanceRow.Write(next, stored: null), finished.Tag, TableUpdateMode.Replace, cancellationToken);
            return new StoredInstance(next, response.Headers.ETag ?? throw new InvalidOperationException("The table service sent no ETag."));
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            var existing = await FindAsync(state.InstanceId, cancellationToken);
            return existing?.State.ExecutionId == state.ExecutionId ? existing : null;
        }
    }

    public async Task<StoredInstance?> FindAsync(string instanceId, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(instanceId, InstanceRow.RowKey, cancellationToken: cancellationToken);
        return row.HasValue ? InstanceRow.Read(row.Value!) : null;
    }

    /// <summary>Makes the instance the lease's: whoever knew its row before can no longer write it. Null: it changed meanwhile.</summary>
    public async Task<StoredInstance?> TakeOverAsync(StoredInstance stored, long epoch, CancellationToken cancellationToken)
    {
        var next = stored.State with { Epoch = epoch };
        try
        {
            var response = await table.UpdateEntityAsync(
                InstanceRow.Write(next, stored.State), stored.Tag, TableUpdateMode.Merge, cancellationToken);
            return new StoredInstance(next, response.Headers.ETag ?? throw new InvalidOperationException("The table service sent no ETag."));
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    /// <summary>The history of the present execution.</summary>
    public async Task<IReadOnlyList<HistoryEvent>> ReadHistoryAsync(InstanceState state, CancellationToken cancellationToken)
    {
        var events = new List<HistoryEvent>();
        var from = HistoryRow.FirstKey(state.Generation);
        var to = HistoryRow.Key(state.Generation, state.HistoryRows);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {state.InstanceId} and RowKey ge {from} and RowKey lt {to}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            events.AddRange(HistoryRow.Read(row));
        await payloads.ReadAsync(events.Select(e => e.Data), cancellationToken);
        await payloads.ReadAsync(events.OfType<ContinuedAsNew>().SelectMany(c => c.Carried).Select(c => c.Data), cancellationToken);
        return events;
    }

    /// <summary>Stores the state and what happened, all or nothing.</summary>
    /// <exception cref="InstanceGoneException">The instance was purged or replaced.</exception>
    /// <exception cref="FencedException">Another process owns the hub.</exception>
    public async Task<StoredInstance> CommitAsync(
        StoredInstance stored, InstanceState changed, IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken)
    {
        var next = changed with { Commits = stored.State.Commits + 1 };
        await MovePayloadsAsync(next, events, cancellationToken);
        var texts = HistoryText.Write(events, LongText.MaxLength);
        var rows = texts.Select((text, i) => HistoryRow.Write(next.InstanceId, next.Generation, next.HistoryRows + i, text)).ToList();
        next = next with { HistoryRows = next.HistoryRows + rows.Count };
        try
        {
            return await WriteAsync(stored, next, rows, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return await ResolveAsync(stored, next, cancellationToken)
                ?? await CommitAsync((await FindAsync(next.InstanceId, cancellationToken))!, changed, events, cancellationToken);
        }
    }

    /// <summary>Notes that the events of a finished instance were passed on.</summary>
    public async Task MarkSentAsync(StoredInstance stored, CancellationToken cancellationToken)
    {
        var row = InstanceRow.Write(stored.State with { HasUnsent = false }, stored.State);
        try
        {
            await table.UpdateEntityAsync(row, stored.Tag, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            await ResolveSentAsync(stored, cancellationToken);
        }
    }

    /// <summary>Deletes what is stored of former executions.</summary>
    public Task DeleteFormerHistoryAsync(InstanceState state, CancellationToken cancellationToken)
    {
        var first = HistoryRow.FirstKey(0);
        var present = HistoryRow.FirstKey(state.Generation);
        return DeleteRowsAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {state.InstanceId} and RowKey ge {first} and RowKey lt {present}"), cancellationToken);
    }

    /// <summary>False: there is no such instance.</summary>
    public async Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken)
    {
        var response = await table.DeleteEntityAsync(instanceId, InstanceRow.RowKey, cancellationToken: cancellationToken);
        await DeleteRowsAsync(TableClient.CreateQueryFilter($"PartitionKey eq {instanceId}"), cancellationToken);
        await payloads.DeleteAsync(instanceId, cancellationToken);
        return response.Status != 404;
    }

    /// <summary>A page of the instances that match the filter, in the order of their ids.</summary>
    public async Task<(IReadOnlyList<StoredInstance> Instances, string? Continuation)> QueryAsync(
        string filter, bool withPayloads, int pageSize, string? continuation, CancellationToken cancellationToken)
    {
        var select = withPayloads ? null : InstanceRow.SmallColumns;
        var rows = table.QueryAsync<TableEntity>($"RowKey eq '{InstanceRow.RowKey}'{filter}", pageSize, select, cancellationToken);
        await foreach (var page in rows.AsPages(continuation, pageSize).WithCancellation(cancellationToken))
        {
            var instances = page.Values.Select(InstanceRow.Read).ToList();
            if (withPayloads)
                await payloads.ReadAsync(instances.SelectMany(i => i.State.Payloads), cancellationToken);
            return (instances, string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
        }

        return ([], null);
    }

    /// <summary>Instances that have something left to do.</summary>
    public async IAsyncEnumerable<StoredInstance> UnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = $"RowKey eq '{InstanceRow.RowKey}' and "
            + "(Status eq 'Pending' or Status eq 'Running' or Status eq 'Suspended' or HasUnsent eq true)";
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            yield return InstanceRow.Read(row);
    }

    public Task ReadPayloadsAsync(InstanceState state, CancellationToken cancellationToken) => payloads.ReadAsync(state.Payloads, cancellationToken);

    private async Task<StoredInstance> WriteAsync(
        StoredInstance stored, InstanceState next, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var tag = stored.Tag;
        for (var written = 0; ; written += RowsPerTransaction)
        {
            var isLast = written + RowsPerTransaction >= rows.Count;
            var row = InstanceRow.Write(isLast ? next : stored.State, stored.State);
            var actions = rows.Skip(written).Take(RowsPerTransaction)
                .Select(r => new TableTransactionAction(TableTransactionActionType.UpsertReplace, r))
                .Prepend(new TableTransactionAction(TableTransactionActionType.UpdateMerge, row, tag));
            var response = await table.SubmitTransactionAsync(actions, cancellationToken);
            tag = response.Value[0].Headers.ETag ?? throw new InvalidOperationException("The table service sent no ETag.");
            if (isLast)
                return new StoredInstance(next, tag);
        }
    }

    /// <summary>The row is not as it was known. Null: it is still ours, and the commit has to be made again.</summary>
    private async Task<StoredInstance?> ResolveAsync(StoredInstance stored, InstanceState next, CancellationToken cancellationToken)
    {
        var found = await FindAsync(next.InstanceId, cancellationToken);
        if (found is null || (found.State.ExecutionId != stored.State.ExecutionId && found.State.ExecutionId != next.ExecutionId))
            throw new InstanceGoneException(next.InstanceId);
        if (found.State.Epoch != next.Epoch)
            throw new FencedException();
        return found.State.Commits == next.Commits ? new StoredInstance(next, found.Tag) : null;
    }

    // Purged, replaced or noted already: fine. Under another lease: its owner passes the events on.
    private async Task ResolveSentAsync(StoredInstance stored, CancellationToken cancellationToken)
    {
        var found = await FindAsync(stored.State.InstanceId, cancellationToken);
        if (found is not null && found.State.ExecutionId == stored.State.ExecutionId && found.State.Epoch != stored.State.Epoch)
            throw new FencedException();
    }

    private Task MovePayloadsAsync(InstanceState state, IReadOnlyList<HistoryEvent> events, CancellationToken cancellationToken)
    {
        var all = state.Payloads
            .Concat(events.Select(e => e.Data))
            .Concat(events.OfType<ContinuedAsNew>().SelectMany(c => c.Carried).Select(c => c.Data));
        var prefix = string.Create(
            CultureInfo.InvariantCulture, $"{PayloadStore.Prefix(state.InstanceId)}{state.ExecutionId}-{state.Epoch}-{state.Commits}");
        return payloads.MoveLargeOnesAsync(all, prefix, cancellationToken);
    }

    private async Task DeleteRowsAsync(string filter, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            rows.Add(row);
        foreach (var part in rows.Chunk(MaxActions))
        {
            var deletes = part.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All));
            await table.SubmitTransactionAsync(deletes, cancellationToken);
        }
    }
}
