namespace AgentEval.Core.Agents;

/// <summary>Every key of an agent file.</summary>
internal static class AgentKeys
{
    public static readonly IReadOnlyList<string> Agent =
    [
        "agent", "version", "type", "url", "urls", "model", "systemPrompt", "auth", "headers", "request", "response", "process", "inproc", "mcp", "settings",
        "limits", "retry", "prices", "reset", "state", "metrics",
    ];

    public static readonly IReadOnlyList<string> Auth = ["type", "secretRef", "header"];

    public static readonly IReadOnlyList<string> Request = ["method", "body"];

    public static readonly IReadOnlyList<string> Response = ["output", "toolCalls", "usage", "error"];

    public static readonly IReadOnlyList<string> Limits = ["maxInputBytes", "maxOutputBytes", "requestsPerSecond", "maxParallel", "timeoutSeconds"];

    public static readonly IReadOnlyList<string> Retry = ["retries", "delaySeconds", "backoff"];

    public static readonly IReadOnlyList<string> Prices = ["inputPerMillion", "outputPerMillion"];

    public static readonly IReadOnlyList<string> Reset = ["url"];

    public static readonly IReadOnlyList<string> State = ["get", "set"];

    public static readonly IReadOnlyList<string> Metrics = ["url"];
}
