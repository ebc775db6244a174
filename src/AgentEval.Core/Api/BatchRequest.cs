using System.Text.Json.Nodes;

namespace AgentEval.Core.Api;

/// <summary>Many runs in one submission. Each run is checked by itself, so that a bad one does not keep the others from starting.</summary>
/// <param name="BatchId">
/// Chosen by the submitter, <c>[A-Za-z0-9_.-]{1,100}</c> but <c>.</c> and <c>..</c>: the same id with the same runs is the same batch. Null: the service gives it one, the same again for
/// the same <c>Idempotency-Key</c> or a message that is delivered again, else a new one each time.
/// </param>
/// <param name="Runs">The requests as given, 1 to <see cref="BatchRequestReader.MaxRuns"/>.</param>
public sealed record BatchRequest(string? BatchId, IReadOnlyList<JsonNode?> Runs);
