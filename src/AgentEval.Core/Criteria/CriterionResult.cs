namespace AgentEval.Core.Criteria;

/// <summary>A scored expectation on a trial.</summary>
public sealed record CriterionResult
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>0.0 to 1.0.</summary>
    public required double Score { get; init; }

    public required bool Passed { get; init; }

    public required double Threshold { get; init; }

    public required double Weight { get; init; }

    public required bool Required { get; init; }

    public required string Reason { get; init; }

    public string? Suggestion { get; init; }

    public string? Evidence { get; init; }
}
