namespace AgentEval.Functions.Agents;

/// <summary>An agent call failed. It never leaves the trial runner, which turns it into data on the trial.</summary>
public sealed class AgentException(string code, string message, bool retryable = false, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>One of <see cref="AgentErrorCodes"/>.</summary>
    public string Code { get; } = code;

    /// <summary>The same call may succeed later: 5xx, 429, a lost connection, a timeout.</summary>
    public bool Retryable { get; } = retryable;

    /// <summary>The agent asked for this pause before the next call.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>Why a trial ended without a score. The words are stable.</summary>
public static class AgentErrorCodes
{
    /// <summary>No connection, or it broke.</summary>
    public const string Unreachable = "agentUnreachable";

    /// <summary>Its address resolves to a place the app may not call.</summary>
    public const string EndpointRefused = "endpointRefused";

    /// <summary>An HTTP status other than 2xx.</summary>
    public const string Status = "agentStatus";

    /// <summary>An answer that cannot be read: not JSON, too large, nothing at the output's path.</summary>
    public const string Answer = "agentAnswer";

    /// <summary>The agent answered that it failed.</summary>
    public const string Failed = "agentError";

    /// <summary>A message over the agent's <c>maxInputBytes</c>; nothing was sent.</summary>
    public const string InputTooLarge = "inputTooLarge";

    /// <summary>A secret could not be read.</summary>
    public const string SecretUnavailable = "secretUnavailable";

    /// <summary>The agent's reset failed, so the trial would have started in an unknown state.</summary>
    public const string ResetFailed = "resetFailed";

    /// <summary>The agent asked for tools more often than a turn allows.</summary>
    public const string ToolLoop = "toolLoop";

    /// <summary>The specification names this agent type, this version does not speak it yet.</summary>
    public const string NotAvailable = "notAvailable";

    public const string Timeout = "timeout";

    public const string BudgetExceeded = "budgetExceeded";

    public const string Cancelled = "cancelled";
}
