using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>
/// Lets runs start in the order they came, at most <see cref="RunQueueOptions.MaxActiveRuns"/> at a time. Who works and who waits are rows, so
/// every process sees the same queue; advancing it is safe from anywhere, at any time, twice.
/// </summary>
public sealed class RunQueue(QueueStore store, RunStore runs, RunScheduler scheduler, RunQueueOptions options, TimeProvider time)
{
    private const int Attempts = 10;

    /// <summary>Long enough for a submission or a start that is still being written.</summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(10);

    public Task EnterAsync(string runId, DateTimeOffset from, CancellationToken cancellationToken) => store.EnterAsync(runId, from, cancellationToken);

    /// <summary>As many wait as may, those apart for which a place to work is free.</summary>
    public async Task<bool> IsFullAsync(CancellationToken cancellationToken)
    {
        var waiting = await store.CountAsync(options.MaxQueuedRuns + options.MaxActiveRuns, cancellationToken);
        if (waiting < options.MaxQueuedRuns)
        {
            return false;
        }

        var working = await ReadWorkingAsync(cancellationToken);
        return waiting >= options.MaxQueuedRuns + Math.Max(0, options.MaxActiveRuns - working.Count);
    }

    /// <summary>How many runs wait, and which work.</summary>
    public async Task<(int Waiting, IReadOnlyList<string> Active)> ReadAsync(CancellationToken cancellationToken)
    {
        var working = await ReadWorkingAsync(cancellationToken);
        return (await store.CountAsync(int.MaxValue, cancellationToken), [.. working.Select(row => row.RunId)]);
    }

    /// <summary>The runs that have a place to work and have not finished.</summary>
    public async Task<IReadOnlyList<RunRow>> ReadWorkingAsync(CancellationToken cancellationToken) =>
        await KeepWorkingAsync((await store.ReadActiveAsync(cancellationToken)).RunIds, cancellationToken);

    /// <summary>Gives up the place of a run, if it has one.</summary>
    public async Task LeaveAsync(string runId, CancellationToken cancellationToken)
    {
        var places = new List<WaitingRun>();
        await foreach (var waiting in store.ReadAsync(cancellationToken))
        {
            if (waiting.RunId == runId)
            {
                places.Add(waiting);
            }
        }

        await store.LeaveAsync(places, cancellationToken);
    }

    /// <summary>Runs before this one; null: it does not wait.</summary>
    public async Task<int?> FindPositionAsync(string runId, CancellationToken cancellationToken)
    {
        var position = 0;
        await foreach (var waiting in store.ReadAsync(cancellationToken))
        {
            if (waiting.RunId == runId)
            {
                return position;
            }

            position++;
        }

        return null;
    }

    /// <summary>Fills the free places. What was chosen is written first, then started: a process that dies in between leaves the rest to the next call.</summary>
    /// <returns>False: others were faster every time, so somebody else advances the queue right now.</returns>
    public async Task<bool> AdvanceAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var active = await store.ReadActiveAsync(cancellationToken);
            var working = await KeepWorkingAsync(active.RunIds, cancellationToken);
            var chosen = await ChooseAsync(working, cancellationToken);
            var next = working.Select(row => row.RunId).Concat(chosen.Select(waiting => waiting.RunId)).ToList();
            if (next.SequenceEqual(active.RunIds) || await store.TryWriteActiveAsync(active, next, cancellationToken))
            {
                await StartAsync(working.Where(row => row.StartedAt is null).Select(row => row.RunId).Concat(chosen.Select(waiting => waiting.RunId)), client, cancellationToken);
                await store.LeaveAsync(chosen, cancellationToken);
                return true;
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<RunRow>> KeepWorkingAsync(IReadOnlyList<string> runIds, CancellationToken cancellationToken)
    {
        var working = new List<RunRow>();
        foreach (var runId in runIds)
        {
            if (await runs.FindAsync(runId, cancellationToken) is { } row && !row.Status.IsFinished())
            {
                working.Add(row);
            }
        }

        return working;
    }

    /// <summary>A run may stand in the queue twice, or still there although it works, when a process died in the middle: it gets one place.</summary>
    private async Task<IReadOnlyList<WaitingRun>> ChooseAsync(IReadOnlyList<RunRow> working, CancellationToken cancellationToken)
    {
        var places = options.MaxActiveRuns - working.Count;
        var placed = working.Select(row => row.RunId).ToHashSet(StringComparer.Ordinal);
        var chosen = new List<WaitingRun>();
        var gone = new List<WaitingRun>();
        var now = time.GetUtcNow();
        await foreach (var waiting in store.ReadAsync(cancellationToken))
        {
            if (placed.Contains(waiting.RunId))
            {
                gone.Add(waiting);
                continue;
            }

            if (chosen.Count >= places || waiting.From > now)
            {
                break;
            }

            var row = await runs.FindAsync(waiting.RunId, cancellationToken);
            if (row is { Status: RunStatus.Queued })
            {
                chosen.Add(waiting);
                placed.Add(row.RunId);
            }
            else if (!MayStillStart(row, now - waiting.From))
            {
                gone.Add(waiting);
            }
        }

        await store.LeaveAsync(gone, cancellationToken);
        return chosen;
    }

    /// <summary>A run enters the queue before its row says so: while it is submitted there is no row yet, while it is started the row is still that of a created run.</summary>
    private static bool MayStillStart(RunRow? row, TimeSpan waited) => row?.Status switch
    {
        RunStatus.Paused => true,
        null or RunStatus.Created => waited <= AbandonedAfter,
        _ => false,
    };

    private async Task StartAsync(IEnumerable<string> runIds, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var runId in runIds)
        {
            await scheduler.ScheduleAsync(runId, client, cancellationToken);
        }
    }
}
