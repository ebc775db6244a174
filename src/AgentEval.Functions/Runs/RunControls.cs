using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>What is asked of the runs this process works on: their rows are read once a second each, however many trials run.</summary>
public sealed class RunControls(RunStore runs, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watch> _watches = [];

    /// <summary>Trials this process works on.</summary>
    public int RunningTrials
    {
        get
        {
            lock (_gate)
            {
                return _watches.Values.Sum(watch => watch.Users);
            }
        }
    }

    /// <summary>The control as of at most a second ago (a pause: as of now), and a token for a cancellation that comes while the trial runs. Dispose it with the trial's end.</summary>
    public async Task<WatchedControl> WatchAsync(string runId, CancellationToken cancellationToken)
    {
        var watch = Enter(runId);
        try
        {
            await watch.FirstRead.WaitAsync(cancellationToken);

            // A trial that starts after a resume must not be turned away by what was read before it.
            var current = watch.Current == RunControl.Pause ? await watch.ReadAsync().WaitAsync(cancellationToken) : watch.Current;
            return new WatchedControl(current, () => Leave(runId, watch), watch.Cancelled);
        }
        catch
        {
            Leave(runId, watch);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var watch in _watches.Values)
            {
                watch.Dispose();
            }

            _watches.Clear();
        }
    }

    private Watch Enter(string runId)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(runId, out var watch))
            {
                watch = new Watch(runId, runs, time, ReadEvery);
                _watches.Add(runId, watch);
            }

            watch.Users++;
            return watch;
        }
    }

    private void Leave(string runId, Watch watch)
    {
        lock (_gate)
        {
            if (--watch.Users == 0 && _watches.Remove(runId))
            {
                watch.Dispose();
            }
        }
    }

    private sealed class Watch : IDisposable
    {
        private readonly CancellationTokenSource _cancelled = new();
        private readonly CancellationTokenSource _ended = new();
        private readonly string _runId;
        private readonly RunStore _runs;
        private readonly CancellationToken _stop;

        public Watch(string runId, RunStore runs, TimeProvider time, TimeSpan every)
        {
            _runId = runId;
            _runs = runs;
            _stop = _ended.Token;
            Cancelled = _cancelled.Token;
            FirstRead = ReadAsync();
            _ = KeepReadingAsync(time, every);
        }

        public int Users { get; set; }

        public RunControl Current { get; private set; }

        public CancellationToken Cancelled { get; }

        public Task FirstRead { get; }

        public void Dispose()
        {
            _ended.Cancel();
            _ended.Dispose();
        }

        public async Task<RunControl> ReadAsync()
        {
            var control = (await _runs.FindAsync(_runId, _stop))?.Control ?? RunControl.Cancel;
            Current = control;
            if (control == RunControl.Cancel)
            {
                await _cancelled.CancelAsync();
            }

            return control;
        }

        /// <summary>A read that fails is tried again a second later: trials go on through a hiccup of the storage account.</summary>
        private async Task KeepReadingAsync(TimeProvider time, TimeSpan every)
        {
            using var timer = new PeriodicTimer(every, time);
            try
            {
                while (await timer.WaitForNextTickAsync(_stop))
                {
                    await TryReadAsync();
                }
            }
            catch (OperationCanceledException)
            {
            }
        }

        private async Task TryReadAsync()
        {
            try
            {
                await ReadAsync();
            }
            catch (Exception) when (!_stop.IsCancellationRequested)
            {
            }
        }
    }
}

/// <summary>A trial's view of what is asked of its run.</summary>
public sealed class WatchedControl(RunControl current, Action leave, CancellationToken cancelled) : IDisposable
{
    /// <summary>When the trial was about to begin.</summary>
    public RunControl Current { get; } = current;

    /// <summary>Fires when the run is cancelled, or deleted.</summary>
    public CancellationToken Cancelled { get; } = cancelled;

    public void Dispose() => leave();
}
