namespace AgentEval.Functions.Orchestrations;

/// <summary>Ids of orchestration instances. A run's own is its run id.</summary>
internal static class InstanceIds
{
    private const string SubmissionPrefix = "submit.";
    private const string PurgePrefix = "purge.";
    private const string DeletionPrefix = "delete.";

    /// <summary>Beginnings of the ids of instances that served one request: once they have ended, nobody asks for them.</summary>
    public static IReadOnlyList<string> ErrandPrefixes { get; } = [SubmissionPrefix, PurgePrefix, DeletionPrefix];

    public static string Shard(string runId, int shard) => $"{ShardPrefix(runId)}{shard:00000}";

    public static string ShardPrefix(string runId) => $"{runId}.s";

    public static string Submission(string submissionId) => $"{SubmissionPrefix}{submissionId}";

    public static string Purge(string purgeId) => $"{PurgePrefix}{purgeId}";

    public static string Deletion(string runId) => $"{DeletionPrefix}{runId}";
}
