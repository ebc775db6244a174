using AgentEval.Core.Runs;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Adds up where a run stands from the custom status of its orchestration and of the shards at work.</summary>
public sealed class RunProgressReader(LoadedRuns runs, TimeProvider time)
{
    /// <param name="row">The run.</param>
    /// <param name="delaySeconds">Its <c>execution.delaySeconds</c>: what a lane waits before each trial takes time too.</param>
    /// <param name="client">Knows its orchestrations.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RunProgress> ReadAsync(RunRow row, double delaySeconds, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(client);
        if (row.Status is RunStatus.Created or RunStatus.Queued)
        {
            return new RunProgress { Message = RunRow.Name(row.Status) };
        }

        var note = await ReadNoteAsync<RunNote>(row.RunId, client, cancellationToken);
        var counts = note?.Counts ?? TrialCounts.None;
        var current = new List<string>();
        foreach (var shard in row.Status.IsFinished() ? [] : note?.RunningShards ?? [])
        {
            if (await ReadNoteAsync<ShardNote>(InstanceIds.Shard(row.RunId, shard), client, cancellationToken) is { } work)
            {
                counts = counts.Add(work.Counts);
                var plan = await runs.GetShardAsync(row.RunId, shard, cancellationToken);
                current.AddRange(work.Running.Select(index => plan.Trials[index].TrialId));
            }
        }

        return Describe(row, counts, current, delaySeconds);
    }

    private RunProgress Describe(RunRow row, TrialCounts counts, List<string> current, double delaySeconds)
    {
        var executed = counts.Completed - counts.Skipped;
        double? average = executed > 0 ? counts.Seconds / executed : null;
        var left = (row.TotalTrials - counts.Completed) * (average + delaySeconds);
        var atOnce = AtOnce(row, counts.Seconds + (executed * delaySeconds), current.Count);
        return new RunProgress
        {
            Total = row.TotalTrials,
            Completed = counts.Completed,
            Passed = counts.Passed,
            Failed = counts.Failed,
            Errored = counts.Errored,
            TimedOut = counts.TimedOut,
            Skipped = counts.Skipped,
            Percent = row.TotalTrials == 0 ? 0 : Math.Round(100.0 * counts.Completed / row.TotalTrials, 1),
            AverageSeconds = average is { } seconds ? Math.Round(seconds, 3) : null,
            EtaSeconds = row.Status == RunStatus.Running && left is { } work ? Math.Round(work / atOnce, 1) : null,
            Current = current,
            Message = $"{RunRow.Name(row.Status)}: {counts.Completed} of {row.TotalTrials} trials",
        };
    }

    /// <summary>How many trials work side by side: now, or on the average so far where that is more. Between two shards only a few may be at work for a moment.</summary>
    private double AtOnce(RunRow row, double worked, int now)
    {
        var elapsed = (time.GetUtcNow() - (row.StartedAt ?? row.CreatedAt)).TotalSeconds;
        return Math.Max(Math.Max(1, now), elapsed > 0 ? worked / elapsed : 0);
    }

    private static async Task<T?> ReadNoteAsync<T>(string instanceId, DurableTaskClient client, CancellationToken cancellationToken)
        where T : class
    {
        var instance = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
        return instance?.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<T>();
    }
}
