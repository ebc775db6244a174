using System.Text.Json.Nodes;

namespace AgentEval.Core.Suites;

/// <summary>A tool the suite plays, so that the agent never touches the real world.</summary>
/// <param name="Name"><c>[A-Za-z0-9_-]{1,64}</c>.</param>
/// <param name="Description">What the agent is told.</param>
/// <param name="Schema">JSON Schema of the arguments; null: any object.</param>
/// <param name="Responses">The first whose <see cref="SimulatedResponse.When"/> fits answers; none fits: an error result that says so.</param>
public sealed record SimulatedTool(string Name, string? Description, JsonObject? Schema, IReadOnlyList<SimulatedResponse> Responses);

/// <summary>One answer of a simulated tool.</summary>
public sealed record SimulatedResponse
{
    /// <summary>Arguments that must be equal (a subset of the call's); null: always fits.</summary>
    public JsonObject? When { get; init; }

    public JsonNode? Return { get; init; }

    /// <summary>The tool fails with this message.</summary>
    public string? FailError { get; init; }

    /// <summary>Seconds before it answers, default 0.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>The answer is cut in the middle, so that it is not JSON any more.</summary>
    public bool Malformed { get; init; }
}
