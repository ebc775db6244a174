using AgentEval.Functions.Contracts;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Reads what a run's orchestration tells about itself.</summary>
internal static class RunNotes
{
    /// <summary>
    /// Instances of the shards it waits for. One of them may not be there yet, or have ended without the run having heard of it.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="run">Its instance, read with its custom status.</param>
    public static IReadOnlyList<string> ShardsAtWork(string runId, OrchestrationMetadata run) =>
        run.IsCompleted || run.SerializedCustomStatus is null
            ? []
            : [.. (run.ReadCustomStatusAs<RunNote>()?.RunningShards ?? []).Select(shard => InstanceIds.Shard(runId, shard))];
}
