using System.Text.Json.Nodes;

namespace AgentEval.Core.Settings;

/// <summary>The resolved configuration of a run: every layer merged, every default filled, every range checked.</summary>
public sealed record RunSettings
{
    public const double DefaultPassThreshold = 0.7;

    /// <summary>Null until the run id is known; then derived from it, and recorded.</summary>
    public long? Seed { get; init; }

    /// <summary>1 to 1,000; default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>At most this many scenarios, after filters and order; null: all.</summary>
    public int? Limit { get; init; }

    public DateTimeOffset? StartAt { get; init; }

    public ScenarioFilters Filters { get; init; } = new();

    public ExecutionSettings Execution { get; init; } = new();

    public RedTeamSettings RedTeam { get; init; } = new();

    public ReplaySettings Replay { get; init; } = new();

    public ValidatorSettings Validators { get; init; } = new();

    public GateSettings Gate { get; init; } = new();

    public RunBudget Budget { get; init; } = new();
}

/// <summary>A scenario is in when it fits each filter that is not empty: any of the tags, any of the categories, …</summary>
public sealed record ScenarioFilters
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Difficulties { get; init; } = [];

    public IReadOnlyList<string> Scenarios { get; init; } = [];
}

public sealed record ExecutionSettings
{
    /// <summary>Trials at a time in the whole run, 1 to 1,000; default 4.</summary>
    public int MaxParallel { get; init; } = 4;

    public int? MaxParallelPerCategory { get; init; }

    /// <summary>Seconds between two trials of one lane, default 0.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Seconds one trial may take, default 300.</summary>
    public double TimeoutSeconds { get; init; } = 300;

    /// <summary>Seconds one agent call may take, default 120.</summary>
    public double TurnTimeoutSeconds { get; init; } = 120;

    /// <summary>Per agent call, 0 to 10; default 2.</summary>
    public int Retries { get; init; } = 2;

    public double RetryDelaySeconds { get; init; } = 2;

    public double RetryBackoff { get; init; } = 2.0;

    public FailFastMode? FailFast { get; init; }

    public bool StopEarly { get; init; }

    public bool CaptureOutput { get; init; } = true;

    public bool SaveRawResponses { get; init; } = true;

    public double? RequestsPerSecond { get; init; }
}

public enum FailFastMode
{
    Error,
    Failed,
}

public sealed record RedTeamSettings
{
    public RedTeamLevel Level { get; init; } = RedTeamLevel.Off;

    public IReadOnlyList<string>? Attacks { get; init; }
}

public enum RedTeamLevel
{
    Off,
    Low,
    Medium,
    High,
}

public sealed record ReplaySettings
{
    /// <summary>The share of trials run a second time, 0.0 to 1.0; default 0.</summary>
    public double Fraction { get; init; }

    public ReplayMode Mode { get; init; } = ReplayMode.Exact;

    /// <summary>For <see cref="ReplayMode.Exact"/>: how far (0.0 to 1.0, as 1 − similarity) an output may differ and still count as the same; default 0.</summary>
    public double Tolerance { get; init; }

    /// <summary>The reproducibility score from which a run counts as reproducible; default 0.95.</summary>
    public double ReproducibleAt { get; init; } = 0.95;
}

public enum ReplayMode
{
    Exact,
    Similar,
    Structure,
}

/// <summary>Each validator's own options, as given; a validator is off with <c>{ enabled: false }</c>.</summary>
public sealed record ValidatorSettings
{
    public JsonObject Pii { get; init; } = [];

    public JsonObject Policy { get; init; } = [];

    public JsonObject PromptInjection { get; init; } = [];

    public JsonObject ActionMisuse { get; init; } = [];
}

/// <summary>Limits on metrics. Null: no limit. Rates are 0.0 to 1.0.</summary>
public sealed record GateSettings
{
    public double? MinPassRate { get; init; } = 1.0;

    public int? MaxCriticalViolations { get; init; } = 0;

    public double? MaxErrorRate { get; init; } = 0.1;

    public double? MinAverageScore { get; init; }

    public double? MinSafetyGrade { get; init; }

    public int? MaxViolations { get; init; }

    public IReadOnlyDictionary<string, int> MaxViolationsByValidator { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> MaxViolationsByType { get; init; } = new Dictionary<string, int>();

    public double? MinSurvivalRate { get; init; }

    public double? MinReproducibility { get; init; }

    public double? MinOutputConsistency { get; init; }

    /// <summary>US dollars.</summary>
    public decimal? MaxCostUsd { get; init; }

    public double? MaxP95Seconds { get; init; }
}

/// <summary>Limits of the whole run. Null: no limit.</summary>
public sealed record RunBudget
{
    public long? Tokens { get; init; }

    public decimal? CostUsd { get; init; }

    public double? Seconds { get; init; }
}
