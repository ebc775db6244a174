using AgentEval.Functions.Activities;

namespace AgentEval.Functions.Contracts;

/// <param name="RunId">The run.</param>
/// <param name="Shard">From 0.</param>
/// <param name="Trials">How many trials the shard holds.</param>
/// <param name="Window">How many of them at a time.</param>
/// <param name="DelaySeconds">Between two trials of one lane.</param>
/// <param name="FailFast"><c>error</c>, <c>failed</c> or null.</param>
/// <param name="FollowsOthers">Trials of other shards have been on its lanes: it waits before its first ones too.</param>
/// <param name="Standing">Where it goes on; null: at its beginning.</param>
public sealed record ShardInput(
    string RunId, int Shard, int Trials, int Window, double DelaySeconds, string? FailFast, bool FollowsOthers = false, ShardStanding? Standing = null);

/// <summary>Where a shard of a paused run stood when it started over with an empty history. Nothing of it is at work.</summary>
/// <param name="Waiting">Indexes of the trials to come, or of the replays.</param>
/// <param name="Replaying">The trials are done; these are replays.</param>
/// <param name="Counts">Of the trials that have ended.</param>
/// <param name="ToReplay">Indexes of the trials to replay.</param>
/// <param name="Broken">What could not be brought to an end.</param>
/// <param name="RestedLanes">Lanes that need not wait before their next trial.</param>
public sealed record ShardStanding(
    IReadOnlyList<int> Waiting, bool Replaying, TrialCounts Counts, IReadOnlyList<int> ToReplay, IReadOnlyList<BrokenTrial> Broken, int RestedLanes);

/// <param name="Counts">How the shard's trials ended.</param>
/// <param name="Stop">One of <see cref="StopReasons"/> when the run shall not go on; else null.</param>
public sealed record ShardOutcome(TrialCounts Counts, string? Stop);

/// <summary>Custom status of a shard at work.</summary>
/// <param name="Counts">Of the trials that have ended.</param>
/// <param name="Running">Indexes of the trials at work; one that waits for its delay is not.</param>
public sealed record ShardNote(TrialCounts Counts, IReadOnlyList<int> Running);

/// <summary>How many trials ended in which way, and how long they took together.</summary>
public sealed record TrialCounts(int Completed, int Passed, int Failed, int Errored, int TimedOut, int Skipped, double Seconds)
{
    public static TrialCounts None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    public TrialCounts Add(TrialCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new TrialCounts(
            Completed + other.Completed,
            Passed + other.Passed,
            Failed + other.Failed,
            Errored + other.Errored,
            TimedOut + other.TimedOut,
            Skipped + other.Skipped,
            Seconds + other.Seconds);
    }

    /// <param name="status">A trial status in camelCase.</param>
    /// <param name="seconds">What the trial took.</param>
    public TrialCounts Add(string? status, double seconds) => Add(new TrialCounts(
        1,
        status == "passed" ? 1 : 0,
        status == "failed" ? 1 : 0,
        status is "error" or "budgetExceeded" ? 1 : 0,
        status == "timeout" ? 1 : 0,
        status is "skipped" or "cancelled" ? 1 : 0,
        seconds));
}
