using System.Text.Json.Nodes;

namespace AgentEval.Core.Api;

/// <summary>A submitted run after its shape was checked. Names are not looked up yet, settings are not merged yet.</summary>
public sealed record RunRequest
{
    /// <summary><c>name[@version]</c> or an inline suite.</summary>
    public required JsonNode Suite { get; init; }

    /// <summary>A name or an inline agent.</summary>
    public required JsonNode Agent { get; init; }

    /// <summary>The settings blocks as given (<c>seed</c>, <c>epochs</c>, <c>execution</c>, <c>gate</c>, …): the topmost layer. An absent key overrides nothing.</summary>
    public JsonObject Settings { get; init; } = [];

    public Submitter? Submitter { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The document as received, for idempotency and for the record.</summary>
    public required JsonObject Source { get; init; }
}

public sealed record Submitter(string? Name, string? Email, string? Organization, bool TermsAccepted);
