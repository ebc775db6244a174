using AgentEval.LocalRuntime.Durable.Client;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.LocalRuntime.Durable.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable;

/// <summary>
/// Runs durable orchestrations and activities. Of all processes with the same hub one owns it and does the work; the others serve clients
/// and take over when it ends.
/// </summary>
internal sealed class TaskHub : IAsyncDisposable
{
    private readonly HubParts _parts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _owning = Task.CompletedTask;
    private volatile OwnedHub? _owned;
    private volatile bool _stopped;
    private volatile bool _abandoned;
    private bool _standsBy;

    public TaskHub(
        TaskHubOptions options,
        DurableFunctions functions,
        TableServiceClient tables,
        BlobServiceClient blobs,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _parts = new HubParts(options, functions, tables, blobs, time, loggers);
        _logger = loggers.CreateLogger(DurableLog.Category);
        Client = new LocalDurableTaskClient(this, _parts);
    }

    public DurableTaskClient Client { get; }

    /// <summary>Null: another process owns the hub.</summary>
    public OwnedHub? Owned => _owned is { Ended.IsCancellationRequested: false } owned ? owned : null;

    public Signals Signals { get; } = new();

    /// <summary>Returns once unfinished instances go on here, or it is clear that another process owns the hub.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _parts.CreateAsync(cancellationToken);
        _owning = Task.Run(OwnWhenFreeAsync, CancellationToken.None);
        await await Task.WhenAny(_firstRound.Task, _owning).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Gives running activities <see cref="TaskHubOptions.StopGrace"/>, or until <paramref name="cancellationToken"/> fires; what has not ended
    /// by then runs again at the next start.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        _stopped = true;
        if (_owned is { } owned)
            await owned.StopAsync(cancellationToken);
        await _end.CancelAsync();
        await _owning;
    }

    /// <summary>Ends at once and writes nothing more, as if the process were killed.</summary>
    public void Abandon()
    {
        _stopped = true;
        _abandoned = true;
        _owned?.Fence();
        _end.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        await _owning;
        await Client.DisposeAsync();
        _end.Dispose();
    }

    private async Task OwnWhenFreeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await OwnIfFreeAsync();
            }
            catch (Exception e) when (StorageFault.IsPassing(e) && _end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (StorageFault.IsPassing(e) || _firstRound.Task.IsCompleted)
            {
                DurableLog.HubBroken(_logger, _parts.Options.HubName, e);
            }

            var pause = Task.Delay(_parts.Options.LeaseDuration / 15, _parts.Time, _end.Token);
            await pause.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task OwnIfFreeAsync()
    {
        if (await _parts.Lease.AcquireAsync(_end.Token) is { } lease)
        {
            _standsBy = false;
            await OwnAsync(lease);
        }
        else if (!_standsBy)
        {
            _standsBy = true;
            DurableLog.StandingBy(_logger, _parts.Options.HubName);
            _firstRound.TrySetResult();
        }
    }

    private async Task OwnAsync(HeldLease lease)
    {
        using var owned = new OwnedHub(_parts, lease.Epoch, Signals);
        DurableLog.Owned(_logger, _parts.Options.HubName, lease.Epoch);
        _owned = owned;
        var keeping = new LeaseKeeper(_parts, lease, owned);
        var kept = keeping.KeepAsync(_end.Token);
        try
        {
            await owned.StartAsync();
            _firstRound.TrySetResult();
            await kept;
        }
        catch (Exception e) when (e is FencedException || (e is OperationCanceledException && owned.Ended.IsCancellationRequested))
        {
            // Lost or stopped.
        }
        finally
        {
            owned.Fence();
            _owned = null;
            await kept;
            if (_stopped && !_abandoned)
                await keeping.ReleaseAsync();
        }

        if (!_end.IsCancellationRequested)
            DurableLog.Lost(_logger, _parts.Options.HubName);
    }
}
