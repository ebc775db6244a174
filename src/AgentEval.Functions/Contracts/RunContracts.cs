namespace AgentEval.Functions.Contracts;

/// <summary>Starts a run: everything else is read from its document by the activities.</summary>
public sealed record RunInput(string RunId);

/// <param name="RunId">The run to remove.</param>
/// <param name="Asked">How often it was asked already whether the run has ended.</param>
/// <param name="MayTerminateAt">From which ask on what has not ended may be ended from outside.</param>
public sealed record RemovalInput(string RunId, int Asked = 0, int MayTerminateAt = 0);

/// <summary>The outline of a plan. The trials themselves stand in the shards' blobs.</summary>
/// <param name="TotalTrials">Of the whole run.</param>
/// <param name="ShardSizes">Trials per shard, in order.</param>
/// <param name="WaveSizes">Shards per wave, in order: a wave starts when the one before has ended.</param>
/// <param name="MaxParallel">Trials at a time in the whole run.</param>
/// <param name="DelaySeconds">Between two trials of one lane.</param>
/// <param name="FailFast"><c>error</c>, <c>failed</c> or null.</param>
public sealed record PlanOutline(
    int TotalTrials, IReadOnlyList<int> ShardSizes, IReadOnlyList<int> WaveSizes, int MaxParallel, double DelaySeconds, string? FailFast);

/// <summary>Why a run stops before its plan is done; what has not started is recorded with it.</summary>
public static class StopReasons
{
    public const string Cancelled = "cancelled";
    public const string FailFast = "failFast";
    public const string GateUnreachable = "gateUnreachable";
    public const string BudgetExceeded = "budgetExceeded";
}

/// <summary>External events of run and shard orchestrations.</summary>
public static class ControlEvents
{
    public const string Name = "control";

    /// <summary>Look at the control of the run again: it was resumed or cancelled.</summary>
    public const string Wake = "wake";

    /// <summary>Followed by a <see cref="StopReasons"/> value: start nothing more.</summary>
    public const string StopPrefix = "stop:";
}

/// <summary>Custom status of a run: what its finished shards came to and which ones are at work.</summary>
public sealed record RunNote(string Stage, TrialCounts Counts, IReadOnlyList<int> RunningShards);
