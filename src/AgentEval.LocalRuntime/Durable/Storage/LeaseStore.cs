using AgentEval.LocalRuntime.Durable.Hub;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>Ownership of the task hub: a row that its owner renews. Its epoch rises with every owner.</summary>
internal sealed class LeaseStore(TableClient table, TaskHubOptions options, TimeProvider time)
{
    private const string Partition = "lease";
    private const string RowKey = "owner";

    /// <summary>Null: someone else has it.</summary>
    public async Task<HeldLease?> AcquireAsync(CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, RowKey, cancellationToken: cancellationToken);
        try
        {
            if (!found.HasValue)
                return Held(1, await table.AddEntityAsync(Row(1, Expiry()), cancellationToken));
            if (IsTaken(found.Value!))
                return null;
            var epoch = EpochOf(found.Value!) + 1;
            return Held(epoch, await table.UpdateEntityAsync(Row(epoch, Expiry()), found.Value!.ETag, TableUpdateMode.Replace, cancellationToken));
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412 or 404)
        {
            return null;
        }
    }

    /// <summary>Null: it is lost.</summary>
    public async Task<HeldLease?> RenewAsync(HeldLease lease, CancellationToken cancellationToken)
    {
        try
        {
            var response = await table.UpdateEntityAsync(Row(lease.Epoch, Expiry()), lease.Tag, TableUpdateMode.Replace, cancellationToken);
            return Held(lease.Epoch, response);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // The answer to a former attempt may have been lost.
            var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, RowKey, cancellationToken: cancellationToken);
            return found.HasValue && EpochOf(found.Value!) == lease.Epoch && OwnerOf(found.Value!) == options.Identity
                ? lease with { Tag = found.Value!.ETag }
                : null;
        }
    }

    public async Task ReleaseAsync(HeldLease lease, CancellationToken cancellationToken)
    {
        try
        {
            await table.UpdateEntityAsync(Row(lease.Epoch, time.GetUtcNow()), lease.Tag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // Someone else has it already.
        }
    }

    private static HeldLease Held(long epoch, Response response) =>
        new(epoch, response.Headers.ETag ?? throw new InvalidOperationException("The table service sent no ETag."));

    private static long EpochOf(TableEntity row) => row.GetInt64("Epoch") ?? 0;

    private static ProcessIdentity OwnerOf(TableEntity row) =>
        new(row.GetString("Machine") ?? "", row.GetInt32("ProcessId") ?? 0, row.GetInt64("ProcessStart") ?? 0);

    private bool IsTaken(TableEntity row) => row.GetDateTimeOffset("ExpiresAt") > time.GetUtcNow() && !options.IsDead(OwnerOf(row));

    private DateTimeOffset Expiry() => time.GetUtcNow() + options.LeaseDuration;

    private TableEntity Row(long epoch, DateTimeOffset expiresAt) => new(Partition, RowKey)
    {
        ["Epoch"] = epoch,
        ["ExpiresAt"] = expiresAt,
        ["Machine"] = options.Identity.Machine,
        ["ProcessId"] = options.Identity.ProcessId,
        ["ProcessStart"] = options.Identity.StartTicks,
    };
}

/// <summary>The lease as its owner wrote it last.</summary>
internal sealed record HeldLease(long Epoch, ETag Tag);
