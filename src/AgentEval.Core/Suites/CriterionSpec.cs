using System.Text.Json.Nodes;

namespace AgentEval.Core.Suites;

/// <summary>A criterion as the suite file gives it: <c>{ contains: refund, weight: 2 }</c>.</summary>
public sealed record CriterionSpec
{
    /// <summary>A name of the criterion catalogue, such as <c>contains</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The value of the type's key. It has been checked by the catalogue's entry for <see cref="Type"/>.</summary>
    public required JsonNode? Argument { get; init; }

    /// <summary>Unique in the scenario; default: the type, numbered from the second on.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Above 0; default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>The score from which it passes, 0.0 to 1.0; default 0.8.</summary>
    public double Threshold { get; init; } = 0.8;

    /// <summary>A required criterion that fails fails the trial, whatever the score.</summary>
    public bool Required { get; init; }

    public string? Suggestion { get; init; }
}
