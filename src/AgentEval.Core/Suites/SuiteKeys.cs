using AgentEval.Core.Settings;

namespace AgentEval.Core.Suites;

/// <summary>Every key of a suite file.</summary>
internal static class SuiteKeys
{
    public static readonly IReadOnlyList<string> Suite =
        ["suite", "version", "description", "metadata", "defaults", "evaluators", "categories", "models", "tools", "regressions", "scenarios"];

    /// <summary>What <c>defaults</c> says for scenarios; the rest of it is settings blocks.</summary>
    public static readonly IReadOnlyList<string> ScenarioDefaults = ["passThreshold", "timeoutSeconds", "retries"];

    public static readonly IReadOnlyList<string> Defaults = [.. ScenarioDefaults, .. SettingsKeys.Blocks];

    public static readonly IReadOnlyList<string> Tool = ["name", "description", "schema", "responses"];

    public static readonly IReadOnlyList<string> ToolResponse = ["when", "return", "fail", "delaySeconds", "malformed"];

    public static readonly IReadOnlyList<string> ToolFailure = ["error", "delaySeconds", "malformed"];

    public static readonly IReadOnlyList<string> Regression = ["id", "title", "input", "expected", "golden", "criteria", "tags", "fixedDate"];

    public static readonly IReadOnlyList<string> Scenario =
    [
        "id", "name", "category", "difficulty", "tags", "metadata", "dependsOn", "input", "turns", "injections", "expected", "golden", "criteria", "policy",
        "iterate", "budget", "timeoutSeconds", "retries", "passThreshold", "agentSettings", "parameters", "fuzz", "properties", "snapshot", "epochs", "isolation",
    ];

    public static readonly IReadOnlyList<string> Turn = ["user", "expect"];

    public static readonly IReadOnlyList<string> Injection = ["at", "tool", "text", "canary"];

    public static readonly IReadOnlyList<string> Golden = ["compare", "threshold"];

    public static readonly IReadOnlyList<string> Policy = ["allowedTools", "forbiddenTools", "maxToolCalls", "requireConfirmationFor", "bannedTopics"];

    public static readonly IReadOnlyList<string> Budget = ["tokens", "seconds", "toolCalls", "costUsd"];

    public static readonly IReadOnlyList<string> Isolation = ["state", "environment", "fileSystem", "network"];

    /// <summary>The keys beside a criterion's type.</summary>
    public static readonly IReadOnlyList<string> Criterion = ["id", "name", "weight", "threshold", "required", "suggestion"];
}
