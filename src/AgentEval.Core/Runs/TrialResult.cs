using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Runs;

/// <summary>One trial, as the API gives it and as its row keeps it.</summary>
public sealed record TrialResult
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary><c>scenarioId~epoch[~attack]</c>.</summary>
    public required string TrialId { get; init; }

    public required string ScenarioId { get; init; }

    public required string Name { get; init; }

    public required string Category { get; init; }

    public required Difficulty Difficulty { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>From 1.</summary>
    public required int Epoch { get; init; }

    public string? Attack { get; init; }

    public required TrialStatus Status { get; init; }

    /// <summary>0.0 to 1.0; null: nothing to judge, or the trial ended without a score.</summary>
    public double? Score { get; init; }

    public required double PassThreshold { get; init; }

    public IReadOnlyList<CriterionResult> Criteria { get; init; } = [];

    public JsonNode? Input { get; init; }

    public string? Output { get; init; }

    public bool OutputTruncated { get; init; }

    public JsonNode? RawResponse { get; init; }

    public TrialError? Error { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public double? Seconds { get; init; }

    /// <summary>Executions of the trial, 1 unless one was interrupted.</summary>
    public int Attempts { get; init; }

    public IReadOnlyDictionary<string, double> AgentMetrics { get; init; } = new Dictionary<string, double>();

    public TokenUsage Usage { get; init; } = new(0, 0, false, null);

    public double? TokensPerSecond { get; init; }

    public int AgentCalls { get; init; }

    public int ToolCalls { get; init; }

    public int Events { get; init; }

    public int Injections { get; init; }

    public IReadOnlyList<Deviation> Deviations { get; init; } = [];

    public IReadOnlyList<JsonNode> Iterations { get; init; } = [];

    public double? ScoreImprovement { get; init; }

    public JsonObject Isolation { get; init; } = [];

    public int Violations { get; init; }

    public required long Seed { get; init; }
}

/// <param name="Code">A stable word: <c>agentUnreachable</c>, <c>agentStatus</c>, <c>agentAnswer</c>, <c>timeout</c>, <c>inputTooLarge</c>, <c>failFast</c>, …</param>
/// <param name="Message">For people.</param>
public sealed record TrialError(string Code, string Message);

/// <param name="InputTokens">Tokens sent.</param>
/// <param name="OutputTokens">Tokens answered.</param>
/// <param name="Estimated">True: counted by us (4 characters a token), not reported by the agent.</param>
/// <param name="CostUsd">Null without prices.</param>
public sealed record TokenUsage(long InputTokens, long OutputTokens, bool Estimated, decimal? CostUsd);

/// <summary>A script step that departed from the script.</summary>
/// <param name="Turn">From 0.</param>
/// <param name="Code"><c>unmetExpectation</c>, <c>unexpectedTool</c>, <c>unexpectedTurn</c>.</param>
/// <param name="Message">For people.</param>
public sealed record Deviation(int Turn, string Code, string Message);
