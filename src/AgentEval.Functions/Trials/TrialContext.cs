using AgentEval.Core.Agents;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Functions.Trials;

/// <summary>One attempt of one trial.</summary>
public sealed record TrialContext
{
    public required string RunId { get; init; }

    public required PlannedTrial Planned { get; init; }

    public required Suite Suite { get; init; }

    public required Scenario Scenario { get; init; }

    public required AgentSpec Agent { get; init; }

    /// <summary>Resolved: every layer is merged.</summary>
    public required RunSettings Settings { get; init; }

    /// <summary>From 1: above 1 when an earlier attempt was interrupted.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The number of the attempt's first event: 1, or the one after the last event of the earlier attempts.</summary>
    public int FirstSeq { get; init; } = 1;
}

/// <param name="Trial">The result, as it is judged from the attempt's events.</param>
/// <param name="Violations">What the validators found.</param>
/// <param name="EventsExamined">How many events the validators saw.</param>
/// <param name="Events">The attempt's events, in order.</param>
public sealed record TrialOutcome(TrialResult Trial, IReadOnlyList<Violation> Violations, int EventsExamined, IReadOnlyList<TraceEvent> Events);
