using System.Text.Json.Nodes;
using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Runs;

/// <summary>The result of a finished run: what <c>report?format=json</c> gives.</summary>
public sealed record RunResult
{
    public int SchemaVersion { get; init; } = 1;

    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>Null unless the run completed.</summary>
    public required Verdict? Verdict { get; init; }

    public bool Passed => Verdict == Runs.Verdict.Passed;

    public IReadOnlyList<GateFailure> GateFailures { get; init; } = [];

    public required RunMetrics Metrics { get; init; }

    public IReadOnlyList<ScenarioOutcome> Scenarios { get; init; } = [];

    public required ViolationOverview Violations { get; init; }

    /// <summary>The resolved settings, without secrets.</summary>
    public required JsonObject Configuration { get; init; }

    /// <summary><c>cli</c>, <c>http</c>, <c>queue</c>, <c>timer</c>, …</summary>
    public required string InitiatedBy { get; init; }

    public required SuiteIdentity Suite { get; init; }

    public required AgentIdentity Agent { get; init; }

    public required RunEnvironment Environment { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();

    /// <summary>Why the run broke or was cancelled; null otherwise.</summary>
    public string? Message { get; init; }
}

/// <summary>All epochs of one scenario. <see cref="Status"/> is the worst of its trials; <see cref="Score"/> the mean of the scored ones.</summary>
public sealed record ScenarioOutcome(
    string ScenarioId, string Name, TrialStatus Status, double? Score, int Trials, int Events, int Injections, int Deviations);

/// <param name="Total">All violations of the run.</param>
/// <param name="Worst">At most 20, the most severe first.</param>
public sealed record ViolationOverview(int Total, IReadOnlyList<Violation> Worst);

public sealed record SuiteIdentity(string Name, string Version, string ContentHash);

public sealed record AgentIdentity(string Name, string? Version, string Type, string? Model, string? EndpointHash);

public sealed record RunEnvironment(string App, string Runtime, string Os, IReadOnlyDictionary<string, string> Packages, long Seed, string Host);

/// <summary>Where a run stands.</summary>
public sealed record RunProgress
{
    public int Total { get; init; }

    public int Completed { get; init; }

    public int Passed { get; init; }

    public int Failed { get; init; }

    public int Errored { get; init; }

    public int TimedOut { get; init; }

    public int Skipped { get; init; }

    /// <summary>0 to 100.</summary>
    public double Percent { get; init; }

    public double? AverageSeconds { get; init; }

    public double? EtaSeconds { get; init; }

    public IReadOnlyList<string> Current { get; init; } = [];

    public string Message { get; init; } = "";
}
