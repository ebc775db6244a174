namespace AgentEval.Core.Runs;

public enum TrialStatus
{
    Pending,
    Running,
    Passed,
    Failed,
    Error,
    Timeout,
    BudgetExceeded,
    Skipped,
    Cancelled,
}

public enum RunStatus
{
    Created,
    Queued,
    Running,
    Paused,
    Completed,
    Failed,
    Cancelled,
}

public enum Verdict
{
    Passed,
    Failed,
    Inconclusive,
}

public static class Statuses
{
    /// <summary>Ended, with or without a score.</summary>
    public static bool IsFinished(this TrialStatus status) => status is not (TrialStatus.Pending or TrialStatus.Running);

    /// <summary>Passed or failed: the only two that count in pass rates.</summary>
    public static bool IsScored(this TrialStatus status) => status is TrialStatus.Passed or TrialStatus.Failed;

    public static bool IsFinished(this RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;
}
