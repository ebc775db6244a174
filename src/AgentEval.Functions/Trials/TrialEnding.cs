using AgentEval.Core.Runs;

namespace AgentEval.Functions.Trials;

/// <summary>How the script ended: played to its end (<see cref="Completed"/>), or why not.</summary>
internal sealed record TrialEnding(TrialStatus Status, string? Code, string? Message, int? Turn = null)
{
    /// <summary>Whether it passed is decided by the judge.</summary>
    public static TrialEnding Completed { get; } = new(TrialStatus.Passed, null, null);

    public bool IsCompleted => Code is null;
}

/// <summary>Ends the walk through the script. Caught by <see cref="TrialRunner"/>.</summary>
internal sealed class TrialEndedException(TrialStatus status, string code, string message) : Exception(message)
{
    public TrialEnding Ending { get; } = new(status, code, message);
}
