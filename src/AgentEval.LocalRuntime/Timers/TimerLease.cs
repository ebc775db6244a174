using System.Diagnostics;
using System.Globalization;
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

/// <summary>A process by machine, id and start, as text that fits a header.</summary>
internal static class LeaseOwner
{
    // The start is computed from clocks, and may differ a little each time it is asked for.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static string Current => Describe(Environment.ProcessId, StartOf(Environment.ProcessId)!.Value);

    public static bool IsDeadHere(string owner)
    {
        var parts = owner.Split('|');
        if (parts.Length != 3 || parts[0] != Machine
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        return StartOf(id) is not { } running || (running - DateTimeOffset.FromUnixTimeMilliseconds(start)).Duration() > Tolerance;
    }

    public static string Describe(int processId, DateTimeOffset start) =>
        string.Create(CultureInfo.InvariantCulture, $"{Machine}|{processId}|{start.ToUnixTimeMilliseconds()}");

    private static string Machine => Uri.EscapeDataString(Environment.MachineName);

    private static DateTimeOffset? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
