using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>
/// Plays the durable engine for one orchestration: the code runs on the test's thread, stops at what it awaits, and goes on when the test answers.
/// Whatever passes is serialised as the engine would and its size remembered.
/// </summary>
internal sealed class OrchestrationStage(object input, string instanceId = "instance") : TaskOrchestrationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _turns = new();
    private readonly List<StagedCall> _open = [];
    private readonly List<(string Name, TaskCompletionSource<string> Arrived)> _listeners = [];
    private readonly Queue<(string Name, string Payload)> _unheard = new();
    private readonly List<(DateTime At, TaskCompletionSource Fired)> _timers = [];
    private DateTime _now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    /// <summary>What was called, in order, answered or not.</summary>
    public List<StagedCall> Calls { get; } = [];

    public List<string> CustomStatuses { get; } = [];

    public List<(string InstanceId, string Name, object Payload)> SentEvents { get; } = [];

    /// <summary>Bytes of the largest input, output or custom status so far.</summary>
    public int LargestPayload { get; private set; }

    /// <summary>The input it starts over with; null: it does not.</summary>
    public object? ContinuedAs { get; private set; }

    /// <summary>Asked first for every activity and sub-orchestration; null leaves it open until the test answers.</summary>
    public Func<StagedCall, object?> Answer { get; init; } = _ => null;

    public IReadOnlyList<StagedCall> Open => [.. _open];

    public int OpenTimers => _timers.Count;

    public override TaskName Name => "orchestrator";

    public override string InstanceId { get; } = instanceId;

    public override ParentOrchestrationInstance? Parent => null;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => false;

    protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

    /// <summary>Runs the orchestrator until it waits for the test.</summary>
    public Task Start(Func<TaskOrchestrationContext, Task> orchestrator)
    {
        Task? running = null;
        _turns.Enqueue((_ => running = orchestrator(this), null));
        Run();
        return running!;
    }

    public Task<T> Start<T>(Func<TaskOrchestrationContext, Task<T>> orchestrator)
    {
        Task<T>? running = null;
        _turns.Enqueue((_ => running = orchestrator(this), null));
        Run();
        return running!;
    }

    public IReadOnlyList<StagedCall> OpenOf(string name) => [.. _open.Where(call => call.Name == name)];

    public void Complete(StagedCall call, object? result)
    {
        _open.Remove(call);
        call.Settle(Measure(result));
        Run();
    }

    public void Fail(StagedCall call, string message, string errorType = "System.Exception")
    {
        _open.Remove(call);
        call.Settle(new TaskFailedException(call.Name, 1, new TaskFailureDetails(errorType, message, null, null, null)));
        Run();
    }

    public void Raise(string name, object payload)
    {
        _unheard.Enqueue((name, Measure(payload)));
        Deliver();
        Run();
    }

    /// <summary>Moves the clock and fires what is due.</summary>
    public void Advance(TimeSpan by)
    {
        FireDue(by);
        Run();
    }

    /// <summary>An event comes in the very turn in which timers fire.</summary>
    public void RaiseAndAdvance(string name, object payload, TimeSpan by)
    {
        _unheard.Enqueue((name, Measure(payload)));
        Deliver();
        FireDue(by);
        Run();
    }

    /// <summary>Fires the next timer before its time, as the engine may.</summary>
    public void FireEarly()
    {
        var next = _timers[0];
        _timers.RemoveAt(0);
        next.Fired.TrySetResult();
        Run();
    }

    public override T GetInput<T>() => JsonSerializer.Deserialize<T>(Measure(input))!;

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallAsync<TResult>(name, input, options);

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallAsync<TResult>(orchestratorName, input, options);

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var fired = new TaskCompletionSource();
        if (fireAt <= _now)
        {
            fired.SetResult();
            return fired.Task;
        }

        var timer = (fireAt, fired);
        _timers.Add(timer);
        cancellationToken.Register(() =>
        {
            _timers.Remove(timer);
            fired.TrySetCanceled(CancellationToken.None);
        });
        return fired.Task;
    }

    public override async Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        var arrived = new TaskCompletionSource<string>();
        _listeners.Add((eventName, arrived));
        Deliver();
        return JsonSerializer.Deserialize<T>(await arrived.Task)!;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        Measure(payload);
        SentEvents.Add((instanceId, eventName, payload));
    }

    public override void SetCustomStatus(object? customStatus) => CustomStatuses.Add(Measure(customStatus));

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true)
    {
        Measure(newInput);
        ContinuedAs = newInput;
    }

    public override Guid NewGuid() => throw new NotSupportedException();

    private async Task<TResult> CallAsync<TResult>(string name, object? input, TaskOptions? options)
    {
        var call = new StagedCall(name, Measure(input), options);
        Calls.Add(call);
        switch (Answer(call))
        {
            case Exception failure:
                throw new TaskFailedException(name, 1, failure);
            case { } result:
                return JsonSerializer.Deserialize<TResult>(Measure(result))!;
            default:
                _open.Add(call);
                return JsonSerializer.Deserialize<TResult>(await call.Settled)!;
        }
    }

    private void FireDue(TimeSpan by)
    {
        _now += by;
        foreach (var due in _timers.Where(timer => timer.At <= _now).ToList())
        {
            _timers.Remove(due);
            due.Fired.TrySetResult();
        }
    }

    private void Deliver()
    {
        while (_unheard.TryPeek(out var message) && _listeners.Find(listener => listener.Name == message.Name) is { Arrived: not null } listener)
        {
            _unheard.Dequeue();
            _listeners.Remove(listener);
            listener.Arrived.SetResult(message.Payload);
        }
    }

    private string Measure(object? value)
    {
        var json = JsonSerializer.Serialize(value, value?.GetType() ?? typeof(object));
        LargestPayload = Math.Max(LargestPayload, System.Text.Encoding.UTF8.GetByteCount(json));
        return json;
    }

    private void Run()
    {
        var former = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Turns(_turns));
        try
        {
            while (_turns.TryDequeue(out var turn))
            {
                turn.Callback(turn.State);
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(former);
        }
    }

    private sealed class Turns(Queue<(SendOrPostCallback, object?)> queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => queue.Enqueue((d, state));

        public override SynchronizationContext CreateCopy() => this;
    }
}

/// <summary>An activity or a sub-orchestration that was called.</summary>
internal sealed class StagedCall(string name, string input, TaskOptions? options)
{
    private readonly TaskCompletionSource<string> _settled = new();

    public string Name { get; } = name;

    public TaskOptions? Options { get; } = options;

    public string? InstanceId => (Options as SubOrchestrationOptions)?.InstanceId;

    public string Json { get; } = input;

    public Task<string> Settled => _settled.Task;

    public T Input<T>() => JsonSerializer.Deserialize<T>(Json)!;

    public void Settle(string result) => _settled.SetResult(result);

    public void Settle(Exception failure) => _settled.SetException(failure);
}
