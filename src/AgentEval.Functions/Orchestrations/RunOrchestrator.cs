using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>One run from plan to verdict. Start reading here.</summary>
public static class RunOrchestrator
{
    [Function(nameof(RunOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunInput>()!;
        try
        {
            var plan = await context.CallActivityAsync<PlanOutline>(nameof(PlanRun), run, Retrying.Step);
            var stop = await RunWavesAsync(context, run, plan);
            await context.CallActivityAsync(nameof(SummarizeRun), new SummarizeRunInput(run.RunId, stop), Retrying.Step);
        }
        catch (Exception failure)
        {
            await context.CallActivityAsync(nameof(FailRun), FailRunInput.From(run.RunId, failure), Retrying.Step);
            throw;
        }
        finally
        {
            await context.CallActivityAsync(nameof(AdvanceQueue), run, Retrying.Step);
        }
    }

    /// <summary>A wave holds what depends on nothing but earlier waves. After a stop the remaining shards are recorded, not run.</summary>
    private static async Task<string?> RunWavesAsync(TaskOrchestrationContext context, RunInput run, PlanOutline plan)
    {
        var board = new RunBoard(context, plan);
        string? stop = null;
        var first = 0;
        foreach (var shards in plan.WaveSizes)
        {
            stop = await RunWaveAsync(context, run, plan, board, Enumerable.Range(first, shards), stop);
            first += shards;
        }

        return stop;
    }

    private static async Task<string?> RunWaveAsync(
        TaskOrchestrationContext context, RunInput run, PlanOutline plan, RunBoard board, IEnumerable<int> shards, string? stop)
    {
        var waiting = new Queue<int>(shards);
        var lanes = new Queue<int>(Lanes(plan.MaxParallel, waiting.Count));
        var running = new Dictionary<Task<ShardOutcome>, (int Shard, int Lane)>();
        while (waiting.Count > 0 || running.Count > 0)
        {
            while (stop is null && waiting.Count > 0 && lanes.TryDequeue(out var lane))
            {
                var shard = waiting.Dequeue();
                running.Add(StartShard(context, run, plan, shard, lane, board.AnyEnded), (shard, lane));
                board.Started(shard);
            }

            if (running.Count == 0)
            {
                await RecordAsync(context, run, board, waiting, stop!);
                return stop;
            }

            var ended = await Task.WhenAny(running.Keys);
            running.Remove(ended, out var place);
            var outcome = await OutcomeAsync(context, run, ended, running.Values.Select(other => other.Shard));
            lanes.Enqueue(place.Lane);
            board.Ended(place.Shard, outcome.Counts);
            if (stop is null && outcome.Stop is not null)
            {
                stop = outcome.Stop;
                StopShards(context, run, running.Values.Select(other => other.Shard), stop);
            }
        }

        return stop;
    }

    /// <summary>A shard that breaks takes the run with it: the others shall not go on alone.</summary>
    private static async Task<ShardOutcome> OutcomeAsync(
        TaskOrchestrationContext context, RunInput run, Task<ShardOutcome> ended, IEnumerable<int> others)
    {
        try
        {
            return await ended;
        }
        catch (TaskFailedException)
        {
            StopShards(context, run, others, StopReasons.Cancelled);
            throw;
        }
    }

    /// <summary>Two shards side by side keep the run busy while one ends; together they use what the run may.</summary>
    private static int[] Lanes(int maxParallel, int shards) =>
        shards == 1 || maxParallel == 1 ? [maxParallel] : [(maxParallel + 1) / 2, maxParallel / 2];

    private static Task<ShardOutcome> StartShard(
        TaskOrchestrationContext context, RunInput run, PlanOutline plan, int shard, int window, bool followsOthers) =>
        context.CallSubOrchestratorAsync<ShardOutcome>(
            nameof(ShardOrchestrator),
            new ShardInput(run.RunId, shard, plan.ShardSizes[shard], window, plan.DelaySeconds, plan.FailFast, followsOthers),
            new SubOrchestrationOptions(retry: null, instanceId: InstanceIds.Shard(run.RunId, shard)));

    private static void StopShards(TaskOrchestrationContext context, RunInput run, IEnumerable<int> shards, string stop)
    {
        foreach (var shard in shards)
        {
            context.SendEvent(InstanceIds.Shard(run.RunId, shard), ControlEvents.Name, ControlEvents.StopPrefix + stop);
        }
    }

    private static async Task RecordAsync(TaskOrchestrationContext context, RunInput run, RunBoard board, Queue<int> waiting, string stop)
    {
        while (waiting.TryDequeue(out var shard))
        {
            var outcome = await context.CallActivityAsync<ShardOutcome>(
                nameof(ValidateTrials), new ValidateTrialsInput(run.RunId, shard, stop, []), Retrying.Step);
            board.Ended(shard, outcome.Counts);
        }
    }
}
