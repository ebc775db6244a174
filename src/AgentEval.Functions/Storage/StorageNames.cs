using System.Security.Cryptography;
using System.Text;

namespace AgentEval.Functions.Storage;

/// <summary>Every container, table, blob and key of the storage account is composed here and nowhere else.</summary>
internal static class StorageNames
{
    public const string Traces = "traces";
    public const string Plans = "plans";
    public const string Reports = "reports";
    public const string Suites = "suites";
    public const string Submissions = "submissions";

    public const string RunsTable = "Runs";
    public const string TrialsTable = "Trials";
    public const string ViolationsTable = "Violations";
    public const string SuitesTable = "Suites";
    public const string AgentsTable = "Agents";
    public const string IdempotencyTable = "Idempotency";

    /// <summary>All runs lie in one partition: their row keys are the run ids, which sort newest first.</summary>
    public const string RunsPartition = "run";

    public const string BatchesTable = "Batches";
    public const string SubmissionsTable = "Submissions";
    public const string SchedulesTable = "Schedules";

    /// <summary>Partitions of the table Runs beside <see cref="RunsPartition"/>: runs that wait for their start, and the one row of those that have it.</summary>
    public const string WaitingPartition = "waiting";
    public const string ActivePartition = "active";
    public const string ActiveKey = "runs";

    /// <summary>And: active runs that wait for a shard which is not at work, and processes that work on trials.</summary>
    public const string MissingPartition = "missing";
    public const string WorkerPartition = "worker";

    public const string SubmissionQueue = "evaluation-submissions";
    public const string PoisonQueue = "evaluation-submissions-poison";

    /// <summary>What every purge at work is to remove: a folder each, and in it a blob for each page.</summary>
    public const string PurgesPrefix = "purges/";

    public static IReadOnlyList<string> Containers { get; } = [Traces, Plans, Reports, Suites, Submissions];

    public static IReadOnlyList<string> Tables { get; } =
        [RunsTable, TrialsTable, ViolationsTable, SuitesTable, AgentsTable, IdempotencyTable, BatchesTable, SubmissionsTable, SchedulesTable];

    public static IReadOnlyList<string> Queues { get; } = [SubmissionQueue, PoisonQueue];

    public static string Trace(string runId, string trialId) => $"{runId}/{trialId}.jsonl";

    public static string ReplayTrace(string runId, string trialId) => $"{runId}/{trialId}.replay.jsonl";

    public static string RunDocument(string runId) => $"{runId}/run.json";

    public static string RunSuite(string runId) => $"{runId}/suite.json";

    public static string PlanShard(string runId, int shard) => $"{runId}/shard-{shard:00000}.json";

    public static string ShardSummary(string runId, int shard) => $"{runId}/summary-{shard:00000}.json";

    public static string ShardSummaryPrefix(string runId) => $"{runId}/summary-";

    public static string Report(string runId, string fileName) => $"{runId}/{fileName}";

    /// <summary>Every blob of a run, in every container.</summary>
    public static string RunPrefix(string runId) => $"{runId}/";

    /// <summary>Short and harmless whatever the batch is called; another for the same batch with other runs.</summary>
    public static string BatchSubmission(string batchId, string contentHash) => $"batch.{Digest($"{batchId}/{contentHash}")[..32]}";

    public static string MessageSubmission(string runId) => $"message.{runId}";

    public static string SubmissionDocument(string submissionId) => $"accepted/{submissionId}.json";

    public static string PurgePrefix(string purgeId) => $"{PurgesPrefix}{purgeId}/";

    public static string PurgePage(string purgeId, int page) => $"{PurgePrefix(purgeId)}{page:00000}.json";

    public static string PurgeIdOf(string purgePage) => purgePage.Split('/')[1];

    public static string Suite(string name, string version) => $"{name}/{version}.json";

    /// <summary>Sorts by scenario, then by epoch as a number: <c>refund~00002</c>.</summary>
    public static string TrialKey(string scenarioId, int epoch, string? attack) =>
        attack is null ? $"{scenarioId}~{epoch:00000}" : $"{scenarioId}~{epoch:00000}~{attack}";

    public static string ViolationKey(string trialKey, int seq, int number) => $"{trialKey}~{seq:000000}~{number:00}";

    /// <summary>Sorts by the time from which the run may start.</summary>
    public static string WaitingKey(string runId, DateTimeOffset from) => $"{from.UtcTicks:D19}~{runId}";

    public static string WaitingRunId(string key) => key[(key.IndexOf('~', StringComparison.Ordinal) + 1)..];

    public static string WorkerKey(string worker) => Digest(worker);

    public static string IdempotencyKey(string key) => Digest(key);

    /// <summary>Delivered again it is the same; another message that tells the same id is another.</summary>
    public static string RejectedMessage(string? messageId, string text) => Digest($"{messageId}\n{text}");

    /// <summary>Keys of batches and of runs do not meet: no header holds a line feed.</summary>
    public static string BatchIdempotency(string key) => $"batch\n{key}";

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
