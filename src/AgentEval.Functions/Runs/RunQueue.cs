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

    /// <summary>Long enough for a submission that is still being written, whose row is not there yet.</summary>
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

        var working = await KeepWorkingAsync((await store.ReadActiveAsync(cancellationToken)).RunIds, cancellationToken);
        return waiting >= options.MaxQueuedRuns + Math.Max(0, options.MaxActiveRuns - working.Count);
    }

    /// <summary>How many runs wait, and which work.</summary>
    public async Task<(int Waiting, IReadOnlyList<string> Active)> ReadAsync(CancellationToken cancellationToken)
    {
        var active = await store.ReadActiveAsync(cancellationToken);
        var working = await KeepWorkingAsync(active.RunIds, cancellationToken);
        return (await store.CountAsync(int.MaxValue, cancellationToken), [.. working.Select(row => row.RunId)]);
    }

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
    public async Task AdvanceAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var active = await store.ReadActiveAsync(cancellationToken);
            var working = await KeepWorkingAsync(active.RunIds, cancellationToken);
            var chosen = await ChooseAsync(working, cancellationToken);
            var next = working.Select(row => row.RunId).Concat(chosen.Select(waiting => waiting.RunId)).ToList();
            if (next.SequenceEqual(active.RunIds) || await store.TryWriteActiveAsync(active, next, cancellationToken))
            {
                await StartAsync(working.Where(row => row.StartedAt is null).Select(row => row.RunId).Concat(chosen.Select(waiting => waiting.RunId)), client, cancellationToken);
                await store.LeaveAsync(chosen, cancellationToken);
                return;
            }

            if (attempt == Attempts)
            {
                throw new InvalidOperationException("The queue of runs is being changed by others all the time.");
            }
        }
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
            else if (row is { Status: not RunStatus.Paused } || (row is null && now - waiting.From > AbandonedAfter))
            {
                gone.Add(waiting);
            }
        }

        await store.LeaveAsync(gone, cancellationToken);
        return chosen;
    }

    private async Task StartAsync(IEnumerable<string> runIds, DurableTaskClient client, CancellationToken cancellationToken)
    {
        foreach (var runId in runIds)
        {
            await scheduler.ScheduleAsync(runId, client, cancellationToken);
        }
    }
}
