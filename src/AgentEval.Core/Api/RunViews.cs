using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Api;

/// <summary>The answer to an accepted submission.</summary>
public sealed record RunAccepted(string RunId, RunStatus Status, IReadOnlyList<Problem> Warnings, IReadOnlyDictionary<string, string> Links);

/// <summary>A row of the list of runs.</summary>
public record RunListItem
{
    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public Verdict? Verdict { get; init; }

    public required string Suite { get; init; }

    public required string SuiteVersion { get; init; }

    public required string Agent { get; init; }

    public required string InitiatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Why the run broke or was stopped.</summary>
    public string? Message { get; init; }
}

/// <summary>A page of a list; <see cref="Cursor"/> is opaque, null at the end.</summary>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string? Cursor);

/// <summary>
/// A run that is not finished yet. A finished run is answered with its <see cref="RunResult"/> in the same place, and <see cref="Progress"/> added.
/// </summary>
public sealed record RunView
{
    public int SchemaVersion { get; init; } = 1;

    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public required SuiteIdentity Suite { get; init; }

    public required AgentIdentity Agent { get; init; }

    public required string InitiatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Runs before this one in the queue; null: it does not wait.</summary>
    public int? QueuePosition { get; init; }

    public required JsonObject Configuration { get; init; }

    public required RunProgress Progress { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();

    public string? Message { get; init; }
}

/// <summary>The outcome of every submission check; also in the body of a 422.</summary>
/// <param name="IsValid">No check failed.</param>
/// <param name="Errors">What must be mended.</param>
/// <param name="Warnings">What a user should know.</param>
/// <param name="Checks">Per check: <c>ok</c>, <c>warning</c>, <c>error</c> or <c>skipped</c>.</param>
public sealed record ValidationView(
    bool IsValid, IReadOnlyList<Problem> Errors, IReadOnlyList<Problem> Warnings, IReadOnlyDictionary<string, CheckOutcome> Checks);

public enum CheckOutcome
{
    Ok,
    Warning,
    Error,
    Skipped,
}

/// <summary>A problem document (RFC 9457).</summary>
public sealed record ApiProblem
{
    public string Type { get; init; } = "about:blank";

    public required string Title { get; init; }

    public required int Status { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyList<Problem>? Errors { get; init; }

    public IReadOnlyList<Problem>? Warnings { get; init; }

    public IReadOnlyDictionary<string, CheckOutcome>? Checks { get; init; }
}

public sealed record SuiteListItem(string Name, string Version, string? Description, int Scenarios, string ContentHash, DateTimeOffset StoredAt);

public sealed record AgentListItem(string Name, string? Version, string Type, string? Model, DateTimeOffset StoredAt);

/// <summary>The service: anonymous.</summary>
public sealed record HealthView(string Status, string Version);

/// <summary>A batch and how each of its requests fares.</summary>
/// <param name="BatchId">The batch.</param>
/// <param name="CreatedAt">When it came.</param>
/// <param name="Total">How many requests it holds.</param>
/// <param name="Accepted">How many became runs.</param>
/// <param name="Rejected">How many were refused.</param>
/// <param name="Pending">How many are still to become runs or to be refused.</param>
/// <param name="Finished">How many of the runs have ended, or were deleted since.</param>
/// <param name="Runs">In the order of the batch, the pending ones left out.</param>
public sealed record BatchView(
    string BatchId, DateTimeOffset CreatedAt, int Total, int Accepted, int Rejected, int Pending, int Finished, IReadOnlyList<BatchRunView> Runs);

/// <param name="Index">The request's place in the batch, from 0.</param>
/// <param name="RunId">Null: it was refused.</param>
/// <param name="Status">Of the run; null: it was refused, or deleted since.</param>
/// <param name="Verdict">Of a completed run.</param>
/// <param name="Errors">Why it was refused.</param>
public sealed record BatchRunView(int Index, string? RunId, RunStatus? Status, Verdict? Verdict, IReadOnlyList<Problem> Errors);

/// <param name="Name">The schedule.</param>
/// <param name="Schedule"><c>{ cron, timeZone, catchUp, enabled, run }</c> as stored; empty: what is stored cannot be read, store it anew.</param>
public sealed record ScheduleView(string Name, JsonObject Schedule)
{
    /// <summary>When it is due next; null: it is not enabled, is never due, or cannot be read.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>The last time it was due; null: none since it was stored.</summary>
    public ScheduledRun? Last { get; init; }

    /// <summary>Told when it is stored: for what its run would be refused if it were due now.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];
}

/// <summary>What a schedule did when it was due.</summary>
/// <param name="DueAt">The time of the schedule.</param>
/// <param name="RunId">The run that was started; null: it was refused.</param>
/// <param name="Refusal">Why it was refused; null: it was not.</param>
public sealed record ScheduledRun(DateTimeOffset DueAt, string? RunId, string? Refusal);

/// <summary>The service as it works now.</summary>
/// <param name="QueueLength">Runs that wait for a place.</param>
/// <param name="ActiveRuns">Ids of the runs that have one.</param>
/// <param name="Workers">The process that answers, and the others that work on trials.</param>
/// <param name="Circuits">Agents that are spared for a while; none in this version.</param>
/// <param name="Quotas">Null: this version counts no quotas.</param>
/// <param name="Version">Of the app.</param>
public sealed record StatusView(
    int QueueLength, IReadOnlyList<string> ActiveRuns, IReadOnlyList<WorkerView> Workers, IReadOnlyList<JsonObject> Circuits, JsonObject? Quotas, string Version);

/// <param name="Name">Machine and process.</param>
/// <param name="RunningTrials">Trials it works on; of another process than the one that answers as of 10 s ago, of one that died up to 30 s.</param>
public sealed record WorkerView(string Name, int RunningTrials);

/// <param name="Runs">How many runs are being removed.</param>
/// <param name="IsComplete">False: there are so many that not all were counted; all are removed.</param>
public sealed record PurgeView(int Runs, bool IsComplete = true);
