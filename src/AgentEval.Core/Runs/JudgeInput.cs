using AgentEval.Core.Agents;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Runs;

/// <summary>Everything a trial is judged from.</summary>
/// <param name="Planned">The trial.</param>
/// <param name="Scenario">Of the trial, as it was run.</param>
/// <param name="Suite">Of the scenario: evaluators, tools, defaults.</param>
/// <param name="Settings">The run's: validators, what to keep.</param>
/// <param name="Prices">Null: the cost stays unknown.</param>
/// <param name="Events">The trace in order, all attempts; the last one counts.</param>
public sealed record JudgeInput(
    PlannedTrial Planned, Scenario Scenario, Suite Suite, RunSettings Settings, AgentPrices? Prices, IReadOnlyList<TraceEvent> Events);

/// <param name="Trial">Complete.</param>
/// <param name="Violations">In the order of the events.</param>
/// <param name="EventsExamined">Events of the last attempt that the validators saw.</param>
public sealed record JudgedTrial(TrialResult Trial, IReadOnlyList<Violation> Violations, int EventsExamined);
