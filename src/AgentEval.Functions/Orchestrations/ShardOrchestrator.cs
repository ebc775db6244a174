using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>
/// Up to 50 trials of one wave: fan out a window of executions, replay the sampled ones, fan in the validation. While its run stays paused it starts over
/// from time to time, so that its history stays small.
/// </summary>
public static class ShardOrchestrator
{
    [Function(nameof(ShardOrchestrator))]
    public static async Task<ShardOutcome> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var shard = context.GetInput<ShardInput>()!;
        using var execution = new ShardExecution(context, shard);
        if (!await execution.ExecuteAllAsync() || !await execution.ReplaySampledAsync())
        {
            context.ContinueAsNew(shard with { Standing = execution.Standing });
            return new ShardOutcome(TrialCounts.None, null);
        }

        return await context.CallActivityAsync<ShardOutcome>(
            nameof(ValidateTrials), new ValidateTrialsInput(shard.RunId, shard.Shard, execution.Stop, execution.Broken), Retrying.Step);
    }
}
