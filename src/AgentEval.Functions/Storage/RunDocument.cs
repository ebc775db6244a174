using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;

namespace AgentEval.Functions.Storage;

/// <summary>Everything a run needs to know, frozen when it was submitted: later changes of the suite or the agent do not touch it.</summary>
public sealed record RunDocument
{
    public int SchemaVersion { get; init; } = 2;

    public required string RunId { get; init; }

    public required long Seed { get; init; }

    /// <summary>The suite file as read. It is stored beside this document, so that looking at a run does not read it; null when read back, but for documents of version 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Suite { get; init; }

    /// <summary>The agent file as read.</summary>
    public required JsonObject Agent { get; init; }

    /// <summary>The resolved settings.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The run request's own layer: what it says wins over a scenario's own values too.</summary>
    public JsonObject RequestSettings { get; init; } = [];

    public required SuiteIdentity SuiteIdentity { get; init; }

    public required AgentIdentity AgentIdentity { get; init; }

    public required string InitiatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Submitter? Submitter { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Problem> Warnings { get; init; } = [];
}
