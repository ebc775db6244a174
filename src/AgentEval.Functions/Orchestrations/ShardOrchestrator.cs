using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Up to 50 trials of one wave: fan out a window of executions, replay the sampled ones, fan in the validation.</summary>
public static class ShardOrchestrator
{
    [Function(nameof(ShardOrchestrator))]
    public static async Task<ShardOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var shard = context.GetInput<ShardInput>()!;
        var execution = new ShardExecution(context, shard);
        await execution.ExecuteAllAsync();
        var broken = execution.Broken.Concat(await ReplayAsync(context, shard, execution.ToReplay)).ToList();
        return await context.CallActivityAsync<ShardOutcome>(
            nameof(ValidateTrials), new ValidateTrialsInput(shard.RunId, shard.Shard, execution.Stop, broken), Retrying.Step);
    }

    /// <summary>A replay that cannot be run is left out of the reproducibility, and says so; it never breaks the run.</summary>
    private static async Task<IReadOnlyList<BrokenTrial>> ReplayAsync(TaskOrchestrationContext context, ShardInput shard, IReadOnlyList<int> indexes)
    {
        var broken = new List<BrokenTrial>();
        foreach (var chunk in indexes.Chunk(Math.Max(1, shard.Window)))
        {
            var replays = chunk.Select(index => (index, Task: context.CallActivityAsync<TrialReceipt>(
                nameof(ReplayTrial), new TrialInput(shard.RunId, shard.Shard, index), Retrying.Trial))).ToList();
            foreach (var (index, replay) in replays)
            {
                try
                {
                    await replay;
                }
                catch (TaskFailedException failure)
                {
                    broken.Add(BrokenTrial.From(index, failure, replay: true));
                }
            }
        }

        return broken;
    }
}
