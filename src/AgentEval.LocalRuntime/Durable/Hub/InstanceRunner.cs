using System.Diagnostics.CodeAnalysis;
using AgentEval.LocalRuntime.Durable.Execution;
using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>
/// An unfinished instance in memory. What arrives is taken up turn by turn; all that arrives during a turn makes up the next one. A turn is
/// stored before anything that it started is carried out.
/// </summary>
internal sealed class InstanceRunner
{
    private readonly OwnedHub _hub;
    private readonly TurnEffects _effects;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string?> _handled = [];
    private List<Arrival> _arrived = [];
    private bool _active;
    private volatile bool _ended;
    private StoredInstance _stored;
    private OrchestratorExecution _execution;
    private List<HistoryEvent>? _history;

    /// <param name="hub">Where it runs.</param>
    /// <param name="stored">Its row, with its payloads read.</param>
    /// <param name="history">What is stored of its execution.</param>
    public InstanceRunner(OwnedHub hub, StoredInstance stored, IReadOnlyList<HistoryEvent> history)
    {
        _hub = hub;
        _stored = stored;
        _effects = new TurnEffects(hub, this);
        _history = hub.Options.ReplayEveryTurn ? [.. history] : null;
        _execution = NewExecution();
        NoteHandled(history);
    }

    public string InstanceId => _stored.State.InstanceId;

    public string ExecutionId => _stored.State.ExecutionId;

    public bool HasEnded => _ended;

    public InstanceState State => _stored.State;

    /// <summary>Goes on where the history ends; with none, from the beginning.</summary>
    /// <returns>Carries out again what may not have been carried out.</returns>
    public Func<Task> Resume(IReadOnlyList<HistoryEvent> history)
    {
        _execution.Replay(history, _hub.Options.ReplayEveryTurn);
        var open = _execution.Open;
        if (_execution.IsAtEnd)
            Post(new Arrival(Event: null));
        else if (!history.OfType<ExecutionStarted>().Any())
            _effects.At(State.StartAt, () => Start(history.OfType<ContinuedAsNew>().SelectMany(c => c.Carried)));
        return () => CarryOutAgainAsync(TurnEffects.Unsent(history), open);
    }

    public void Post(HistoryEvent happened) => Post(new Arrival(happened));

    public void Post(params ReadOnlySpan<Arrival> arrivals)
    {
        lock (_gate)
        {
            if (_ended)
            {
                foreach (var arrival in arrivals)
                    _hub.Inbox.Acknowledge(arrival.InboxKey);
                return;
            }

            _arrived.AddRange(arrivals);
            if (_active)
                return;
            _active = true;
        }

        _hub.Turns.Enter();
        _ = Task.Run(RunTurnsAsync);
    }

    /// <summary>Takes up nothing more and stores nothing more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var arrival in _arrived)
                _hub.Inbox.Acknowledge(arrival.InboxKey);
            _arrived = [];
        }

        _effects.CancelTimers();
        _hub.Remove(this);
    }

    private Task CarryOutAgainAsync(IEnumerable<EventSent> unsent, IReadOnlyList<OrchestratorAction> open) => GuardAsync(async () =>
    {
        await _effects.SendAsync(unsent);
        await _effects.CarryOutAsync(open);
    });

    private Task RunTurnsAsync() => GuardAsync(async () =>
    {
        try
        {
            while (TakeArrived() is { Count: > 0 } arrived)
            {
                await _hub.TurnSlots.WaitAsync(_hub.Ended);
                try
                {
                    await TurnAsync(arrived);
                }
                finally
                {
                    _hub.TurnSlots.Release();
                }
            }
        }
        finally
        {
            _hub.Turns.Leave();
        }
    });

    [SuppressMessage("Design", "CA1031", Justification = "One broken instance must not take the others with it; the log has the cause.")]
    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (InstanceGoneException)
        {
            DurableLog.InstanceGone(_hub.Logger, InstanceId);
            End();
        }
        catch (FencedException)
        {
            _hub.Fence();
        }
        catch (OperationCanceledException) when (_hub.Ended.IsCancellationRequested)
        {
            // The hub ended; whoever owns it next goes on from what is stored.
        }
        catch (Exception e)
        {
            DurableLog.InstanceBroken(_hub.Logger, InstanceId, e);
            End();
        }
    }

    private List<Arrival> TakeArrived()
    {
        lock (_gate)
        {
            var arrived = _arrived;
            _arrived = [];
            _active = arrived.Count > 0;
            return arrived;
        }
    }

    private async Task TurnAsync(List<Arrival> arrived)
    {
        List<HistoryEvent> events = [new TurnStarted(_hub.Time.GetUtcNow().UtcDateTime), .. arrived.Where(IsNew).Select(a => a.Event!)];
        if (events.Count > 1 || _execution.IsAtEnd)
        {
            var result = Execute(events);
            await StoreAsync(result, events);
            await FollowAsync(result);
        }

        foreach (var arrival in arrived)
            _hub.Inbox.Acknowledge(arrival.InboxKey);
    }

    // A message can arrive twice: when its row was not deleted, or its sender was not sure that it was sent.
    private bool IsNew(Arrival arrival) =>
        arrival.Event is not null && (arrival.Event is not Message message || _handled.TryAdd(message.MessageId, arrival.InboxKey));

    private TurnResult Execute(List<HistoryEvent> events)
    {
        if (_history is { Count: > 0 } history)
        {
            _execution = NewExecution();
            _execution.Replay(history, strict: true);
        }

        return _execution.Run(events);
    }

    private async Task StoreAsync(TurnResult result, List<HistoryEvent> events)
    {
        events.AddRange(result.Actions);
        var changed = TurnState.After(State, result, _hub.Time.GetUtcNow());
        if (result.Outcome is ExecutionOutcome.StartedOver over)
        {
            var handled = _handled.Where(h => h.Value is null || _hub.Inbox.IsPending(h.Value)).Select(h => h.Key).ToList();
            events = [new ContinuedAsNew(over.Carried, handled, [.. result.Actions.OfType<EventSent>()])];
        }
        else if (result.Outcome is not null)
        {
            events.Add(new ExecutionEnded(changed.Status));
        }

        _stored = await _hub.UntilStoredAsync(cancellation => _hub.Store.CommitAsync(_stored, changed, events, cancellation));
        if (result.Outcome is ExecutionOutcome.StartedOver)
            _history?.Clear();
        _history?.AddRange(events);
        _hub.Signals.Changed(InstanceId);
    }

    private async Task FollowAsync(TurnResult result)
    {
        _effects.Cancel(result.CancelledTimers);
        switch (result.Outcome)
        {
            case null:
                await _effects.SendAsync(result.Actions.OfType<EventSent>());
                await _effects.CarryOutAsync([.. result.Actions.Where(a => !result.CancelledTimers.Contains(a.Id))]);
                break;
            case ExecutionOutcome.StartedOver over:
                await _effects.SendAsync(result.Actions.OfType<EventSent>());
                await StartOverAsync(over);
                break;
            default:
                await FinishAsync(result);
                break;
        }
    }

    private async Task StartOverAsync(ExecutionOutcome.StartedOver over)
    {
        var former = _handled.Where(h => h.Value is not null && !_hub.Inbox.IsPending(h.Value)).Select(h => h.Key).ToList();
        former.ForEach(id => _handled.Remove(id));
        // A carried event is raised once more, now for this execution.
        foreach (var carried in over.Carried)
            _handled.Remove(carried.MessageId);
        _execution = NewExecution();
        await _hub.UntilStoredAsync(cancellation => _hub.Store.DeleteFormerHistoryAsync(State, cancellation));
        Start(over.Carried);
    }

    private async Task FinishAsync(TurnResult result)
    {
        if (State.Status == OrchestrationRuntimeStatus.Failed)
            DurableLog.OrchestrationFailed(_hub.Logger, State.Name, InstanceId, TurnState.Summary(State));
        End();
        if (State.HasUnsent)
        {
            await _effects.SendAsync(result.Actions.OfType<EventSent>());
            await _hub.UntilStoredAsync(cancellation => _hub.Store.MarkSentAsync(_stored, cancellation));
        }

        await _hub.TellParentAsync(State);
    }

    private void Start(IEnumerable<EventRaised> carried) =>
        Post([new Arrival(new ExecutionStarted()), .. carried.Select(c => new Arrival(c))]);

    private OrchestratorExecution NewExecution()
    {
        var info = new ExecutionInfo(
            State.Name, InstanceId, State.Version, _hub.Options.DefaultVersion, State.Parent?.ToInstance(), State.Input?.Text);
        return new OrchestratorExecution(
            info, _hub.Functions.Orchestrators.GetValueOrDefault(State.Name), _hub.Loggers, () => Post(new ForeignAwait()));
    }

    private void NoteHandled(IReadOnlyList<HistoryEvent> history)
    {
        foreach (var id in history.OfType<ContinuedAsNew>().SelectMany(c => c.Handled))
            _handled[id] = null;
        // What is only carried is yet to be raised in this execution.
        foreach (var carried in history.OfType<ContinuedAsNew>().SelectMany(c => c.Carried))
            _handled.Remove(carried.MessageId);
        foreach (var message in history.OfType<Message>())
            _handled[message.MessageId] = null;
    }
}
