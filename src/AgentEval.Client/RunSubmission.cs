using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;

namespace AgentEval.Client;

/// <summary>A run to submit.</summary>
public sealed record RunSubmission
{
    /// <summary><c>name[@version]</c> or an inline suite.</summary>
    public required JsonNode Suite { get; init; }

    /// <summary>A name or an inline agent.</summary>
    public required JsonNode Agent { get; init; }

    /// <summary>The settings blocks of the run request: <c>seed</c>, <c>epochs</c>, <c>execution</c>, <c>gate</c>, … An absent key overrides nothing.</summary>
    public JsonObject Settings { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public Submitter? Submitter { get; init; }

    /// <summary>The run request as the service takes it.</summary>
    public JsonObject ToJson()
    {
        var document = new JsonObject { ["suite"] = Suite.DeepClone(), ["agent"] = Agent.DeepClone() };
        foreach (var (key, value) in Settings)
        {
            document[key] = value?.DeepClone();
        }

        if (Submitter is not null)
        {
            document["submitter"] = JsonSerializer.SerializeToNode(Submitter, AgentEvalJson.Options);
        }

        if (Labels.Count > 0)
        {
            document["labels"] = JsonSerializer.SerializeToNode(Labels, AgentEvalJson.Options);
        }

        return document;
    }
}

/// <param name="Start">False: the run is created and waits for its start.</param>
/// <param name="IdempotencyKey">The same key with the same submission gives the same run.</param>
/// <param name="Initiator">Who submits, for the record: <c>cli</c>; null: <c>http</c>.</param>
public sealed record SubmitOptions(bool Start = true, string? IdempotencyKey = null, string? Initiator = null);

/// <param name="IdempotencyKey">The same key with the same batch gives the same batch.</param>
/// <param name="Initiator">Who submits, for the record: <c>cli</c>; null: <c>http</c>.</param>
public sealed record BatchOptions(string? IdempotencyKey = null, string? Initiator = null);
