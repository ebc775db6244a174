using System.Diagnostics.CodeAnalysis;
using AgentEval.LocalRuntime.Durable.History;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>
/// One execution of an orchestrator in memory. Events go in, in order; what the orchestrator does comes out. It reads no clock and does
/// nothing itself, so feeding it the same events again brings it to the same state.
/// </summary>
internal sealed class OrchestratorExecution
{
    private readonly Func<TaskOrchestrationContext, Task<object?>>? _function;
    private readonly OrchestratorThread _thread;
    private readonly LocalOrchestrationContext _context;
    private readonly Queue<HistoryEvent> _heldBack = new();
    private readonly string _name;
    private Task<object?>? _running;
    private ExecutionOutcome? _outcome;
    private bool _suspended;
    private bool _cutShort;

    /// <param name="info">What is fixed at the start.</param>
    /// <param name="function">Null: the app has no such orchestrator, which fails the execution.</param>
    /// <param name="loggers">For the orchestrator's own log messages.</param>
    /// <param name="onForeignAwait">Called, on any thread, when something that is no durable task tries to continue the orchestrator.</param>
    public OrchestratorExecution(
        ExecutionInfo info, Func<TaskOrchestrationContext, Task<object?>>? function, ILoggerFactory loggers, Action onForeignAwait)
    {
        _name = info.Name;
        _function = function;
        _thread = new OrchestratorThread(onForeignAwait);
        _context = new LocalOrchestrationContext(info, _thread, loggers);
    }

    /// <summary>Calls, timers and sub-orchestrations that did not end yet.</summary>
    public IReadOnlyList<OrchestratorAction> Open => [.. _context.Tasks.Open];

    /// <summary>Further events change nothing; the next <see cref="Run"/> says how it ended.</summary>
    public bool IsAtEnd => _outcome is not null;

    /// <summary>Brings it to where its history ends.</summary>
    /// <param name="history">The events so far.</param>
    /// <param name="strict">Also refuse what the orchestrator does beyond its history.</param>
    public void Replay(IEnumerable<HistoryEvent> history, bool strict)
    {
        _context.SetReplaying(true);
        Feed(history);
        if (strict && _outcome is null)
            FailIfNonDeterministic(_context.Tasks.EnsureAllMatched);
    }

    /// <summary>Lets it go on with events that are not in its history yet.</summary>
    public TurnResult Run(IEnumerable<HistoryEvent> events)
    {
        _context.SetReplaying(false);
        Feed(events);
        var outcome = Outcome();
        var actions = _context.Tasks.TakeUnrecorded();
        return new TurnResult(
            _cutShort ? [] : actions,
            _context.Tasks.TakeCancelledTimers(),
            _context.SerializeCustomStatus(),
            _running is not null,
            _suspended,
            outcome);
    }

    private void Feed(IEnumerable<HistoryEvent> events)
    {
        foreach (var one in events)
        {
            if (_outcome is null)
                FailIfNonDeterministic(() => _thread.Run(() => Take(one)));
        }
    }

    private void FailIfNonDeterministic(Action action)
    {
        try
        {
            action();
        }
        catch (NonDeterministicOrchestrationException e)
        {
            CutShort(new ExecutionOutcome.Failed(TaskFailureDetails.FromException(e)));
        }
    }

    /// <summary>Ends it from outside: what the orchestrator was about to do is not done.</summary>
    private ExecutionOutcome CutShort(ExecutionOutcome outcome)
    {
        _cutShort = true;
        return _outcome = outcome;
    }

    private void Take(HistoryEvent happened)
    {
        if (_suspended && happened is ActionEnded or EventRaised)
        {
            _heldBack.Enqueue(happened);
            return;
        }

        switch (happened)
        {
            case TurnStarted turn:
                _context.BeginTurn(turn.At);
                break;
            case ExecutionStarted:
                _running = StartAsync();
                break;
            case OrchestratorAction action:
                _context.Tasks.Match(action);
                break;
            case ActionEnded ended:
                End(ended);
                break;
            case EventRaised raised:
                _context.Events.Raise(raised);
                break;
            default:
                TakeControl(happened);
                break;
        }
    }

    private void TakeControl(HistoryEvent happened)
    {
        switch (happened)
        {
            case ExecutionSuspended:
                _suspended = true;
                break;
            case ExecutionResumed:
                _suspended = false;
                while (_heldBack.TryDequeue(out var held))
                    Take(held);
                break;
            case ExecutionTerminated terminated:
                CutShort(new ExecutionOutcome.Terminated(terminated.Data?.Text));
                break;
            case ForeignAwait:
                CutShort(Illegal());
                break;
        }
    }

    private void End(ActionEnded ended)
    {
        if (ended is ActivityFailed { Permanent: true } or SubOrchestrationFailed { Permanent: true })
            _context.MarkPermanent(ended.Id);
        _context.Tasks.End(ended);
    }

    private async Task<object?> StartAsync() => _function is { } function
        ? await function(_context)
        : throw new InvalidOperationException($"The function '{_name}' doesn't exist, is disabled, or is not an orchestrator function.");

    /// <summary>An orchestrator that has returned is only at its end when nothing that it started is open, as in the real engine.</summary>
    private ExecutionOutcome? Outcome()
    {
        if (_outcome is not null || _running is null)
            return _outcome;
        if (_running.IsCompleted)
            return _context.Tasks.AnyOpen ? null : _outcome = Ended(_running);
        return _context.Tasks.AnyOpen || _context.Events.AnyAwaited || _suspended ? null : CutShort(Illegal());
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever an orchestrator throws is how its instance ends.")]
    private ExecutionOutcome Ended(Task<object?> finished)
    {
        try
        {
            var output = DurableJson.Write(finished.GetAwaiter().GetResult());
            return _context.StartOver is { } startOver
                ? startOver with { Carried = _context.KeepsEvents ? _context.Events.TakeBuffered() : [] }
                : new ExecutionOutcome.Completed(output);
        }
        catch (Exception e)
        {
            return new ExecutionOutcome.Failed(TaskFailureDetails.FromException(e));
        }
    }

    private static ExecutionOutcome.Failed Illegal() =>
        new(TaskFailureDetails.FromException(new InvalidOperationException(OrchestratorThread.ForeignAwaitMessage)));
}
