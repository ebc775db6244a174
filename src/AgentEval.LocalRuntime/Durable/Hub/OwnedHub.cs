using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentEval.LocalRuntime.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>The hub while this process owns it, under one lease. Once <see cref="Ended"/> fires it writes nothing more.</summary>
internal sealed class OwnedHub : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Lazy<Task<InstanceRunner?>>> _runners = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _noMoreMessages = new();
    private Task _pumping = Task.CompletedTask;

    public OwnedHub(HubParts parts, long epoch, Signals signals)
    {
        Epoch = epoch;
        Options = parts.Options;
        Functions = parts.Functions;
        Store = parts.Instances;
        Time = parts.Time;
        Loggers = parts.Loggers;
        Logger = parts.Loggers.CreateLogger(DurableLog.Category);
        Signals = signals;
        Ended = _ended.Token;
        Timers = new TimerQueue(parts.Time);
        TurnSlots = new SemaphoreSlim(Options.MaxConcurrentOrchestratorFunctions);
        Activities = new ActivityPump(Functions, Options.MaxConcurrentActivityFunctions, Time, Logger);
        Inbox = new InboxPump(this, parts.Inbox);
        Children = new ChildInstances(this);
    }

    public long Epoch { get; }

    public TaskHubOptions Options { get; }

    public DurableFunctions Functions { get; }

    public InstanceStore Store { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Loggers { get; }

    public ILogger Logger { get; }

    public Signals Signals { get; }

    public TimerQueue Timers { get; }

    public ActivityPump Activities { get; }

    public InboxPump Inbox { get; }

    public ChildInstances Children { get; }

    public SemaphoreSlim TurnSlots { get; }

    /// <summary>Turns under way.</summary>
    public Busy Turns { get; } = new();

    public CancellationToken Ended { get; }

    /// <summary>Instances in memory.</summary>
    public int Resident => _runners.Count;

    /// <summary>Goes on with every instance that is not finished.</summary>
    public async Task StartAsync()
    {
        await LoadUnfinishedAsync();
        _pumping = Task.Run(PumpAsync);
    }

    public async Task LoadUnfinishedAsync()
    {
        var unfinished = await UntilStoredAsync(FindUnfinishedAsync);
        if (unfinished.Count > 0)
            DurableLog.Recovered(Logger, unfinished.Count);
        await Parallel.ForEachAsync(unfinished, Ended, async (id, _) => await FindOrLoadAsync(id));
    }

    /// <summary>Lets activities end within the grace, stores what they brought, and ends.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _noMoreMessages.CancelAsync();
        await Activities.StopAsync(Options.StopGrace, cancellationToken);
        await Task.WhenAny(Turns.WhenIdleAsync(), Task.Delay(Options.StopGrace, Time, cancellationToken));
        Fence();
        await _pumping;
    }

    /// <summary>Ends at once and writes nothing more.</summary>
    public void Fence()
    {
        _noMoreMessages.Cancel();
        _ended.Cancel();
        Activities.Abandon();
    }

    /// <summary>Null: there is no such instance, or it is finished.</summary>
    public async Task<InstanceRunner?> FindOrLoadAsync(string instanceId)
    {
        var entry = _runners.GetOrAdd(instanceId, id => new Lazy<Task<InstanceRunner?>>(() => LoadAsync(id)));
        InstanceRunner? runner = null;
        try
        {
            runner = await entry.Value;
        }
        finally
        {
            if (runner is null)
                _runners.TryRemove(KeyValuePair.Create(instanceId, entry));
        }

        return runner;
    }

    /// <summary>Goes on with an instance whose row was just written under this lease.</summary>
    public async Task AdoptAsync(StoredInstance added)
    {
        var runner = new InstanceRunner(this, added, []);
        _runners[runner.InstanceId] = new Lazy<Task<InstanceRunner?>>(Task.FromResult<InstanceRunner?>(runner));
        await runner.Resume([])();
    }

    public void Remove(InstanceRunner runner)
    {
        if (_runners.TryGetValue(runner.InstanceId, out var entry)
            && entry is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }
            && ReferenceEquals(entry.Value.Result, runner))
        {
            _runners.TryRemove(KeyValuePair.Create(runner.InstanceId, entry));
        }
    }

    /// <summary>Ends an instance that was purged.</summary>
    public void Forget(string instanceId)
    {
        if (_runners.TryGetValue(instanceId, out var entry) && entry is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            entry.Value.Result?.End();
    }

    public async Task TellParentAsync(InstanceState finished)
    {
        if (finished.Parent is not { } parent)
            return;
        var runner = await FindOrLoadAsync(parent.InstanceId);
        if (runner?.ExecutionId == parent.ExecutionId)
            runner.Post(ChildInstances.ToParent(finished, parent.TaskId));
    }

    public Task UntilStoredAsync(Func<CancellationToken, Task> write) => UntilStoredAsync(async cancellation =>
    {
        await write(cancellation);
        return true;
    });

    /// <summary>Repeats a request until the storage answers.</summary>
    /// <exception cref="OperationCanceledException">The hub ended.</exception>
    public async Task<T> UntilStoredAsync<T>(Func<CancellationToken, Task<T>> request)
    {
        for (var pause = FirstPause; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            Ended.ThrowIfCancellationRequested();
            try
            {
                return await request(Ended);
            }
            catch (Exception e) when (StorageFault.IsPassing(e))
            {
                Ended.ThrowIfCancellationRequested();
                DurableLog.StorageFailed(Logger, Options.HubName, e);
            }

            await Task.Delay(pause, Time, Ended);
        }
    }

    public void Dispose()
    {
        Fence();
        Timers.Dispose();
        Activities.Dispose();
        _ended.Dispose();
        _noMoreMessages.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "The inbox must go on being read; the log has the cause.")]
    private async Task PumpAsync()
    {
        var stopping = _noMoreMessages.Token;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Inbox.RunAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (FencedException)
            {
                Fence();
            }
            catch (Exception e)
            {
                DurableLog.HubBroken(Logger, Options.HubName, e);
                await Task.Delay(LongestPause, Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<List<string>> FindUnfinishedAsync(CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var instance in Store.UnfinishedAsync(cancellationToken))
        {
            if (!_runners.ContainsKey(instance.State.InstanceId))
                ids.Add(instance.State.InstanceId);
        }

        return ids;
    }

    [SuppressMessage("Design", "CA1031", Justification = "One broken instance must not take the others with it; the log has the cause.")]
    private async Task<InstanceRunner?> LoadAsync(string instanceId)
    {
        try
        {
            return await TakeOverAsync(instanceId);
        }
        catch (Exception e) when (e is not FencedException && !Ended.IsCancellationRequested)
        {
            DurableLog.InstanceBroken(Logger, instanceId, e);
            return null;
        }
    }

    private async Task<InstanceRunner?> TakeOverAsync(string instanceId)
    {
        while (true)
        {
            var found = await UntilStoredAsync(cancellation => Store.FindAsync(instanceId, cancellation));
            if (found is null || found.State is { IsFinished: true, HasUnsent: false })
                return null;
            if (found.State.Epoch > Epoch)
                throw new FencedException();
            var stored = await UntilStoredAsync(cancellation => Store.TakeOverAsync(found, Epoch, cancellation));
            if (stored is not null)
                return await ResumeAsync(stored);
        }
    }

    private async Task<InstanceRunner?> ResumeAsync(StoredInstance stored)
    {
        await UntilStoredAsync(cancellation => Store.ReadPayloadsAsync(stored.State, cancellation));
        var history = await UntilStoredAsync(cancellation => Store.ReadHistoryAsync(stored.State, cancellation));
        var runner = new InstanceRunner(this, stored, history);
        if (!stored.State.IsFinished)
        {
            // Not awaited: it may have to load a child, which may have to find this very runner.
            _ = Task.Run(runner.Resume(history), Ended);
            return runner;
        }

        await new TurnEffects(this, runner).SendAsync(TurnEffects.Unsent(history));
        await UntilStoredAsync(cancellation => Store.MarkSentAsync(stored, cancellation));
        return null;
    }
}
