using System.Text.Json.Nodes;

namespace AgentEval.Core.Api;

/// <summary>Many runs in one submission. Each run is checked by itself, so that a bad one does not keep the others from starting.</summary>
/// <param name="BatchId">Chosen by the submitter; null: derived from the content.</param>
/// <param name="Runs">The requests as given, at least one.</param>
public sealed record BatchRequest(string? BatchId, IReadOnlyList<JsonNode?> Runs);
