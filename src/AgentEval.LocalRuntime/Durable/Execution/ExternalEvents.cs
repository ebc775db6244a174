using System.Text.Json;
using AgentEval.LocalRuntime.Durable.History;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>
/// Events that nobody awaited yet, and waiters that got none yet. The latest waiter gets the next event, also if it gave up waiting
/// in the meantime: that event is lost then, as in the real engine.
/// </summary>
internal sealed class ExternalEvents
{
    private readonly Dictionary<string, Stack<Waiter>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventRaised> _buffer = [];

    /// <exception cref="ArgumentException">The event is already awaited as another type.</exception>
    public Task<T> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        if (!_waiters.TryGetValue(name, out var stack))
            _waiters[name] = stack = new Stack<Waiter>();
        if (stack.TryPeek(out var other) && other.EventType != typeof(T))
        {
            throw new ArgumentException(
                "Events with the same name must have the same type argument. "
                + $"Expected {other.EventType.FullName} but was requested {typeof(T).FullName}.",
                nameof(name));
        }

        var waiter = new Waiter<T>();
        stack.Push(waiter);
        if (_buffer.FindIndex(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var first)
        {
            var raised = _buffer[first];
            _buffer.RemoveAt(first);
            Raise(raised);
        }

        cancellationToken.Register(() => waiter.Source.TrySetCanceled(cancellationToken));
        return waiter.Source.Task;
    }

    public void Raise(EventRaised raised)
    {
        if (_waiters.TryGetValue(raised.Name, out var stack) && stack.TryPop(out var waiter))
            waiter.Complete(raised.Data?.Text);
        else
            _buffer.Add(raised);
    }

    public IReadOnlyList<EventRaised> TakeBuffered()
    {
        var all = _buffer.ToList();
        _buffer.Clear();
        return all;
    }

    /// <summary>Whether someone still waits.</summary>
    public bool AnyAwaited => _waiters.Values.Any(s => s.Any(w => !w.IsCompleted));

    private abstract class Waiter
    {
        public abstract Type EventType { get; }

        public abstract bool IsCompleted { get; }

        public abstract void Complete(string? json);
    }

    private sealed class Waiter<T> : Waiter
    {
        public TaskCompletionSource<T> Source { get; } = new();

        public override Type EventType => typeof(T);

        public override bool IsCompleted => Source.Task.IsCompleted;

        public override void Complete(string? json)
        {
            try
            {
                Source.TrySetResult(DurableJson.Read<T>(json)!);
            }
            catch (JsonException e)
            {
                Source.TrySetException(e);
            }
        }
    }
}
