namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Any number of timers, however far away, on one timer of the clock. None fires early.</summary>
internal sealed class TimerQueue : IDisposable
{
    // Below what a timer of the clock can take.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Entry, DateTimeOffset> _entries = new();
    private bool _disposed;

    public TimerQueue(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls back once that time has come; disposing the result prevents it.</summary>
    public IDisposable Add(DateTimeOffset due, Action callback)
    {
        var entry = new Entry(callback);
        lock (_gate)
        {
            _entries.Enqueue(entry, due);
            Arm();
        }

        return entry;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _entries.Clear();
        }

        _timer.Dispose();
    }

    private void FireDue()
    {
        var due = new List<Entry>();
        lock (_gate)
        {
            while (_entries.TryPeek(out var entry, out var at) && (entry.IsCancelled || at <= _time.GetUtcNow()))
                due.Add(_entries.Dequeue());
            Arm();
        }

        foreach (var entry in due)
            entry.Fire();
    }

    private void Arm()
    {
        if (_disposed || !_entries.TryPeek(out _, out var next))
            return;
        // A timer of the clock counts whole milliseconds: one more, or it is early.
        var wait = next - _time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        _timer.Change(TimeSpan.FromTicks(Math.Clamp(wait.Ticks, 0, LongestWait.Ticks)), Timeout.InfiniteTimeSpan);
    }

    private sealed class Entry(Action callback) : IDisposable
    {
        private int _done;

        public bool IsCancelled => Volatile.Read(ref _done) != 0;

        public void Fire()
        {
            if (Interlocked.Exchange(ref _done, 1) == 0)
                callback();
        }

        public void Dispose() => Interlocked.Exchange(ref _done, 1);
    }
}
