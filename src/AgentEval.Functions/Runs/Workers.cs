using AgentEval.Core.Api;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>Which processes work, and on how many trials: trials may run in any process of the app, the one that is asked knows its own only.</summary>
public sealed class Workers(WorkerStore store, RunControls controls, TimeProvider time)
{
    /// <summary>A process that has said nothing for longer is gone, or idle.</summary>
    public static readonly TimeSpan AliveFor = TimeSpan.FromSeconds(30);

    private bool _isKnown;

    /// <summary>This process.</summary>
    public string Name { get; } = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>This process as of now, and the others that work as they last said; by name.</summary>
    public async Task<IReadOnlyList<WorkerView>> ReadAsync(CancellationToken cancellationToken)
    {
        var workers = new List<WorkerView> { new(Name, controls.RunningTrials) };
        await foreach (var beat in store.ReadSinceAsync(time.GetUtcNow() - AliveFor, cancellationToken))
        {
            if (beat.Name != Name)
            {
                workers.Add(new WorkerView(beat.Name, beat.RunningTrials));
            }
        }

        return [.. workers.OrderBy(worker => worker.Name, StringComparer.Ordinal)];
    }

    /// <summary>Says what this process works on. One that has nothing to do takes back what it said, and writes nothing more.</summary>
    internal async Task BeatAsync(CancellationToken cancellationToken)
    {
        var running = controls.RunningTrials;
        if (running > 0)
        {
            await store.WriteAsync(new WorkerBeat(Name, running, time.GetUtcNow()), cancellationToken);
            _isKnown = true;
        }
        else if (_isKnown)
        {
            await store.RemoveAsync(Name, cancellationToken);
            _isKnown = false;
        }
    }
}
