namespace AgentEval.Core.Settings;

/// <summary>Every key of the settings blocks.</summary>
internal static class SettingsKeys
{
    /// <summary>The blocks: what a layer may hold.</summary>
    public static readonly IReadOnlyList<string> Blocks =
        ["seed", "epochs", "limit", "startAt", "filters", "execution", "redTeam", "replay", "validators", "gate", "budget", "notify"];

    public static readonly IReadOnlyList<string> Filters = ["tags", "categories", "difficulties", "scenarios"];

    public static readonly IReadOnlyList<string> Execution =
    [
        "maxParallel", "maxParallelPerCategory", "delaySeconds", "timeoutSeconds", "turnTimeoutSeconds", "retries", "retryDelaySeconds", "retryBackoff",
        "failFast", "stopEarly", "captureOutput", "saveRawResponses", "requestsPerSecond",
    ];

    public static readonly IReadOnlyList<string> RedTeam = ["level", "attacks"];

    public static readonly IReadOnlyList<string> Replay = ["fraction", "mode", "tolerance", "reproducibleAt"];

    public static readonly IReadOnlyList<string> Validators = ["pii", "policy", "promptInjection", "actionMisuse"];

    public static readonly IReadOnlyList<string> Gate =
    [
        "minPassRate", "maxCriticalViolations", "maxErrorRate", "minAverageScore", "minSafetyGrade", "maxViolations", "maxViolationsByValidator",
        "maxViolationsByType", "minSurvivalRate", "minReproducibility", "minOutputConsistency", "maxCostUsd", "maxP95Seconds",
    ];

    public static readonly IReadOnlyList<string> Budget = ["tokens", "costUsd", "seconds"];
}
