using AgentEval.LocalRuntime.Durable.History;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Carries out what an instance's turns started: activities, timers, sub-orchestrations, events for others.</summary>
internal sealed class TurnEffects(OwnedHub hub, InstanceRunner runner)
{
    private readonly Dictionary<int, IDisposable> _timers = [];
    private readonly Lock _gate = new();

    /// <summary>Events of the last stored turn: they may not have been passed on.</summary>
    public static IEnumerable<EventSent> Unsent(IReadOnlyList<HistoryEvent> history)
    {
        var lastTurn = history.Count - 1;
        while (lastTurn > 0 && history[lastTurn] is not TurnStarted)
            lastTurn--;
        return history.Skip(lastTurn).SelectMany(e => e switch
        {
            EventSent sent => [sent],
            ContinuedAsNew over => over.Unsent,
            _ => (IEnumerable<EventSent>)[],
        });
    }

    /// <summary>Puts the events where the hub's owner finds them, whoever that is by then.</summary>
    public async Task SendAsync(IEnumerable<EventSent> events)
    {
        foreach (var sent in events)
        {
            var raised = new EventRaised($"{runner.InstanceId}|{runner.ExecutionId}|{sent.Id}", sent.Name) { Data = sent.Data };
            await hub.UntilStoredAsync(cancellation => hub.Inbox.SendAsync(sent.InstanceId, raised, cancellation));
        }
    }

    public async Task CarryOutAsync(IReadOnlyList<OrchestratorAction> actions)
    {
        foreach (var action in actions)
        {
            if (action is ActivityCalled activity)
                hub.Activities.Start(runner, activity);
            else if (action is TimerCreated timer)
                Add(timer);
        }

        await Task.WhenAll(actions.OfType<SubOrchestrationCalled>().Select(call => hub.Children.StartAsync(runner, call)));
    }

    /// <param name="due">Null or past: at once.</param>
    /// <param name="action">Called once.</param>
    public void At(DateTimeOffset? due, Action action)
    {
        if (due is { } later && later > hub.Time.GetUtcNow())
            Keep(-1, hub.Timers.Add(later, action));
        else
            action();
    }

    public void Cancel(IReadOnlyList<int> timers)
    {
        lock (_gate)
        {
            foreach (var id in timers)
            {
                if (_timers.Remove(id, out var timer))
                    timer.Dispose();
            }
        }
    }

    public void CancelTimers()
    {
        lock (_gate)
        {
            foreach (var timer in _timers.Values)
                timer.Dispose();
            _timers.Clear();
        }
    }

    private void Add(TimerCreated timer) =>
        Keep(timer.Id, hub.Timers.Add(new DateTimeOffset(timer.FireAt), () =>
        {
            Forget(timer.Id);
            runner.Post(new TimerFired(timer.Id));
        }));

    private void Keep(int id, IDisposable timer)
    {
        lock (_gate)
            _timers[id] = timer;
    }

    private void Forget(int id)
    {
        lock (_gate)
            _timers.Remove(id);
    }
}
