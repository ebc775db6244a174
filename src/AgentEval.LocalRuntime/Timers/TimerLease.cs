using System.Globalization;
using AgentEval.LocalRuntime.Durable.Hub;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>Lets one process at a time run an app's timers: a blob lease, broken at once when its owner is a dead process of this machine.</summary>
internal sealed partial class TimerLease(BlobContainerClient container, string appId, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private const string OwnerKey = "owner";

    private readonly BlobClient _blob = container.GetBlobClient($"locks/{appId}/timers");

    /// <summary>Waits its turn, then runs <paramref name="work"/> with a token that fires when the lease is lost or <paramref name="stop"/> fires.</summary>
    public async Task HoldAsync(Func<CancellationToken, Task> work, CancellationToken stop)
    {
        var lease = await AcquireAsync(stop);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(lease, lost, done.Token);
        try
        {
            await work(lost.Token);
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            await ReleaseAsync(lease);
        }
    }

    private async Task<BlobLeaseClient> AcquireAsync(CancellationToken stop)
    {
        while (true)
        {
            if (await TryAcquireAsync(stop) is { } lease)
            {
                return lease;
            }

            await Task.Delay(Retry, time, stop);
        }
    }

    private async Task<BlobLeaseClient?> TryAcquireAsync(CancellationToken cancellationToken)
    {
        var lease = _blob.GetBlobLeaseClient();
        try
        {
            await EnsureBlobAsync(cancellationToken);
            await lease.AcquireAsync(Duration, cancellationToken: cancellationToken);
            await _blob.SetMetadataAsync(
                new Dictionary<string, string> { [OwnerKey] = LeaseOwner.Current },
                new BlobRequestConditions { LeaseId = lease.LeaseId },
                cancellationToken);
            return lease;
        }
        catch (RequestFailedException held) when (held.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            await BreakIfOwnerIsDeadAsync(cancellationToken);
            return null;
        }
    }

    private async Task EnsureBlobAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _blob.UploadAsync(BinaryData.Empty, new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken);
        }
        catch (RequestFailedException exists) when (exists.Status is 409 or 412)
        {
            // Another process made it, or holds it.
        }
    }

    private async Task BreakIfOwnerIsDeadAsync(CancellationToken cancellationToken)
    {
        var properties = await _blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        if (properties.Value.Metadata.TryGetValue(OwnerKey, out var owner) && LeaseOwner.IsDeadHere(owner))
        {
            LogBroken(owner);
            await _blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancellationToken);
        }
    }

    private async Task RenewAsync(BlobLeaseClient lease, CancellationTokenSource lost, CancellationToken done)
    {
        var renewed = time.GetTimestamp();
        while (!lost.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Duration / 3, time, done);
                await lease.RenewAsync(cancellationToken: done);
                renewed = time.GetTimestamp();
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is AggregateException or RequestFailedException)
            {
                var taken = problem is RequestFailedException { Status: 404 or 409 or 412 };
                if (taken || time.GetElapsedTime(renewed) >= Duration)
                {
                    LogLost(problem);
                    await lost.CancelAsync();
                }
            }
        }
    }

    private async Task ReleaseAsync(BlobLeaseClient lease)
    {
        try
        {
            await lease.ReleaseAsync(cancellationToken: CancellationToken.None);
        }
        catch (Exception problem) when (problem is AggregateException or RequestFailedException)
        {
            LogNotReleased(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking over the timers: their owner {Owner} is gone")]
    private partial void LogBroken(string owner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The timers' lease is lost; another process may run them")]
    private partial void LogLost(Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The timers' lease was not released; it runs out by itself")]
    private partial void LogNotReleased(Exception problem);
}

/// <summary>The owner of a lease as text that fits a header.</summary>
internal static class LeaseOwner
{
    public static string Current => Format(ProcessIdentity.OfThisProcess());

    public static string Format(ProcessIdentity process) =>
        string.Create(CultureInfo.InvariantCulture, $"{Uri.EscapeDataString(process.Machine)}|{process.ProcessId}|{process.StartTicks}");

    /// <summary>False also for text that names no process.</summary>
    public static bool IsDeadHere(string owner) =>
        owner.Split('|') is [var machine, var id, var start]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
        && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var startTicks)
        && ProcessIdentity.IsDeadOnThisMachine(new ProcessIdentity(Uri.UnescapeDataString(machine), processId, startTicks));
}
