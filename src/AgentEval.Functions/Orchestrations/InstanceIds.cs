namespace AgentEval.Functions.Orchestrations;

/// <summary>Ids of orchestration instances. A run's own is its run id.</summary>
internal static class InstanceIds
{
    public static string Shard(string runId, int shard) => $"{ShardPrefix(runId)}{shard:00000}";

    public static string ShardPrefix(string runId) => $"{runId}.s";

    public static string Submission(string submissionId) => $"submit.{submissionId}";

    public static string Deletion(string runId) => $"delete.{runId}";
}
