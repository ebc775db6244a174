using AgentEval.LocalRuntime.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Renews the lease of an owned hub, ends the hub when it is lost, and gives it back when the hub stops by itself.</summary>
internal sealed class LeaseKeeper(HubParts parts, HeldLease lease, OwnedHub owned)
{
    private readonly TimeSpan _duration = parts.Options.LeaseDuration;
    private HeldLease? _lease = lease;

    /// <summary>Returns when the lease is lost or given back.</summary>
    public async Task KeepAsync(CancellationToken stopping)
    {
        var validUntil = parts.Time.GetUtcNow() + _duration;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(owned.Ended, stopping);
        while (await PauseAsync(ended.Token))
        {
            var asked = parts.Time.GetUtcNow();
            if (await TryRenewAsync(ended.Token))
                validUntil = asked + _duration;
            if (_lease is null || parts.Time.GetUtcNow() >= validUntil)
            {
                _lease = null;
                owned.Fence();
            }
        }
    }

    /// <summary>Lets another process have it at once; if the storage does not answer, when it expires.</summary>
    public async Task ReleaseAsync()
    {
        try
        {
            if (_lease is { } held)
                await parts.Lease.ReleaseAsync(held, CancellationToken.None);
        }
        catch (Exception e) when (StorageFault.IsPassing(e))
        {
            DurableLog.StorageFailed(owned.Logger, parts.Options.HubName, e);
        }
    }

    private async Task<bool> PauseAsync(CancellationToken ended)
    {
        await Task.Delay(_duration / 3, parts.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !ended.IsCancellationRequested;
    }

    private async Task<bool> TryRenewAsync(CancellationToken ended)
    {
        try
        {
            _lease = await parts.Lease.RenewAsync(_lease!, ended);
            return _lease is not null;
        }
        catch (Exception e) when (StorageFault.IsPassing(e))
        {
            if (!ended.IsCancellationRequested)
                DurableLog.StorageFailed(owned.Logger, parts.Options.HubName, e);
            return false;
        }
    }
}
