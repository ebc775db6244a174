namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Counts what runs, so that a shutdown can wait for it.</summary>
internal sealed class RunningFunctions
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _none;

    public int Count { get; private set; }

    public IDisposable Enter()
    {
        lock (_lock)
        {
            Count++;
        }

        return new Entry(this);
    }

    /// <summary>Whether nothing runs any more within <paramref name="limit"/>.</summary>
    public async Task<bool> WhenNoneAsync(TimeSpan limit, TimeProvider time)
    {
        Task none;
        lock (_lock)
        {
            if (Count == 0)
            {
                return true;
            }

            _none ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            none = _none.Task;
        }

        try
        {
            await none.WaitAsync(limit, time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--Count == 0)
            {
                _none?.TrySetResult();
                _none = null;
            }
        }
    }

    private sealed class Entry(RunningFunctions owner) : IDisposable
    {
        public void Dispose() => owner.Leave();
    }
}
