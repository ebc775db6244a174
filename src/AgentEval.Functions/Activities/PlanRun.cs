using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <summary>Decides what the run will do and writes it down, a blob per shard. The plan depends on nothing but the run's document: repeated, it is the same.</summary>
public sealed class PlanRun(LoadedRuns runs, PlanStore plans, RunStore rows, TimeProvider time)
{
    private const int WritesAtOnce = 8;

    [Function(nameof(PlanRun))]
    public async Task<PlanOutline> RunAsync([ActivityTrigger] RunInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var run = await runs.GetAsync(input.RunId, cancellationToken);
        var plan = RunPlanner.Plan(run.Suite, run.Settings, run.Document.Seed);
        await Parallel.ForEachAsync(
            plan.Shards,
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellationToken },
            async (shard, ct) => await plans.WriteShardAsync(input.RunId, shard, ct));
        var row = await MarkRunningAsync(input.RunId, plan.TotalTrials, cancellationToken);
        return row is null || row.Status.IsFinished() ? Outline(run, plan with { Shards = [] }) : Outline(run, plan);
    }

    private Task<RunRow?> MarkRunningAsync(string runId, int trials, CancellationToken cancellationToken) => rows.UpdateAsync(
        runId,
        row => row switch
        {
            { StartedAt: not null } => null,
            { Status: RunStatus.Created or RunStatus.Queued } => row with { Status = RunStatus.Running, StartedAt = time.GetUtcNow(), TotalTrials = trials },
            { Status: RunStatus.Paused } => row with { StartedAt = time.GetUtcNow(), TotalTrials = trials },
            _ => null,
        },
        cancellationToken);

    private static PlanOutline Outline(LoadedRun run, RunPlan plan) => new(
        plan.TotalTrials,
        [.. plan.Shards.Select(shard => shard.Trials.Count)],
        [.. plan.Shards.GroupBy(shard => shard.Wave).OrderBy(wave => wave.Key).Select(wave => wave.Count())],
        Math.Min(run.Settings.Execution.MaxParallel, run.Agent.Limits.MaxParallel ?? int.MaxValue),
        run.Settings.Execution.DelaySeconds,
        run.Settings.Execution.FailFast is { } mode ? RunRow.Name(mode) : null);
}
