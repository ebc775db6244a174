using AgentEval.LocalRuntime.Durable.History;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>The actions of an orchestrator: numbers them, matches them with the history, and completes those that are awaited.</summary>
internal sealed class OrchestratorTasks
{
    private readonly SortedDictionary<int, OrchestratorAction> _unrecorded = [];
    private readonly SortedDictionary<int, OpenTask> _open = [];
    private readonly List<int> _cancelledTimers = [];
    private int _nextId;

    /// <summary>Actions that did not end yet; sent events never do.</summary>
    public IEnumerable<OrchestratorAction> Open => _open.Values.Select(t => t.Action);

    public bool AnyOpen => _open.Count > 0;

    public int NextId() => _nextId++;

    public void Do(OrchestratorAction action) => _unrecorded.Add(action.Id, action);

    /// <summary>The returned task ends with the action's result.</summary>
    public Task<Payload?> Begin(OrchestratorAction action, string name)
    {
        Do(action);
        var open = new OpenTask(action, name, new TaskCompletionSource<Payload?>());
        _open.Add(action.Id, open);
        return open.Source.Task;
    }

    public void CancelTimer(int id, CancellationToken cancellationToken)
    {
        if (_open.Remove(id, out var open))
        {
            _cancelledTimers.Add(id);
            open.Source.TrySetCanceled(cancellationToken);
        }
    }

    /// <exception cref="NonDeterministicOrchestrationException">The orchestrator did something else, or nothing, under that number.</exception>
    public void Match(OrchestratorAction recorded)
    {
        if (!_unrecorded.Remove(recorded.Id, out var done))
        {
            throw new NonDeterministicOrchestrationException(
                $"the history has {recorded.Describe()} as #{recorded.Id}, but the orchestrator does nothing under that number. "
                + "Was its code changed?");
        }

        if (!string.Equals(done.Describe(), recorded.Describe(), StringComparison.OrdinalIgnoreCase))
        {
            throw new NonDeterministicOrchestrationException(
                $"the history has {recorded.Describe()} as #{recorded.Id}, but the orchestrator now does {done.Describe()}. Was its code changed?");
        }

        if (_open.TryGetValue(recorded.Id, out var open))
            _open[recorded.Id] = open with { Action = recorded };
    }

    /// <exception cref="NonDeterministicOrchestrationException">The orchestrator did more than its history has.</exception>
    public void EnsureAllMatched()
    {
        if (_unrecorded.Count > 0)
        {
            var (id, done) = _unrecorded.First();
            throw new NonDeterministicOrchestrationException(
                $"the history has nothing as #{id}, but the orchestrator now does {done.Describe()}. "
                + "Does it depend on time, chance or state of its own?");
        }
    }

    /// <summary>An action that is not open (a cancelled timer, a second result) is passed over.</summary>
    public void End(ActionEnded ended)
    {
        if (!_open.Remove(ended.Id, out var open))
            return;
        if (ended is ActivityFailed or SubOrchestrationFailed)
        {
            var failure = DurableJson.Read<TaskFailureDetails>(ended.Data!.Text)!;
            open.Source.SetException(new TaskFailedException(open.Name, ended.Id, failure));
        }
        else
        {
            open.Source.SetResult(ended.Data);
        }
    }

    public IReadOnlyList<OrchestratorAction> TakeUnrecorded()
    {
        var actions = _unrecorded.Values.ToList();
        _unrecorded.Clear();
        return actions;
    }

    public IReadOnlyList<int> TakeCancelledTimers()
    {
        var timers = _cancelledTimers.ToList();
        _cancelledTimers.Clear();
        return timers;
    }

    private sealed record OpenTask(OrchestratorAction Action, string Name, TaskCompletionSource<Payload?> Source);
}
