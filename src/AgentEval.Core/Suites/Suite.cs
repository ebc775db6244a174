using System.Text.Json.Nodes;

namespace AgentEval.Core.Suites;

/// <summary>A versioned file of scenarios with defaults, after reading and checking; regressions and parameter rows are already scenarios.</summary>
public sealed record Suite
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public string? Description { get; init; }

    public JsonObject Metadata { get; init; } = [];

    /// <summary>Settings blocks as written (see <c>Settings.SettingsLayers</c>), without the keys that <see cref="ScenarioDefaults"/> holds.</summary>
    public JsonObject Defaults { get; init; } = [];

    public ScenarioDefaults ScenarioDefaults { get; init; } = new();

    /// <summary>Criteria for every scenario of a category.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<CriterionSpec>> Evaluators { get; init; } = new Dictionary<string, IReadOnlyList<CriterionSpec>>();

    public IReadOnlyList<SimulatedTool> Tools { get; init; } = [];

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>The document as read, for storing and for reports.</summary>
    public required JsonObject Source { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical JSON of <see cref="Source"/> (keys sorted, no white space).</summary>
    public required string ContentHash { get; init; }
}

/// <summary>What the suite's <c>defaults</c> say for each of its scenarios.</summary>
public sealed record ScenarioDefaults
{
    /// <summary>0.0 to 1.0, default 0.7.</summary>
    public double PassThreshold { get; init; } = 0.7;

    public double? TimeoutSeconds { get; init; }

    public int? Retries { get; init; }
}
