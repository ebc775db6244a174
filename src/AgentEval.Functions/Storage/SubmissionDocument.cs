using System.Text.Json.Nodes;

namespace AgentEval.Functions.Storage;

/// <summary>Run requests that were taken over and are to become runs: those of a batch, or the one of a message for which the queue of runs had no room.</summary>
public sealed record SubmissionDocument
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The same for the same batch or message.</summary>
    public required string SubmissionId { get; init; }

    public required string InitiatedBy { get; init; }

    /// <summary>Null: it came as a message of its own.</summary>
    public BatchHeader? Batch { get; init; }

    /// <summary>Null: it came as a batch.</summary>
    public QueuedMessage? Message { get; init; }

    /// <summary>The requests as given.</summary>
    public required IReadOnlyList<JsonNode?> Runs { get; init; }
}
