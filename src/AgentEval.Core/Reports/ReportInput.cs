using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Reports;

/// <param name="Result">The run.</param>
/// <param name="Trials">At most 1,000, those that did not pass first.</param>
/// <param name="TotalTrials">All trials of the run, also those not listed.</param>
/// <param name="Violations">The worst first.</param>
/// <param name="Traces">By trial id; only of the trials a reader will want to unfold.</param>
public sealed record ReportInput(
    RunResult Result, IReadOnlyList<TrialResult> Trials, int TotalTrials, IReadOnlyList<Violation> Violations,
    IReadOnlyDictionary<string, IReadOnlyList<TraceEvent>> Traces)
{
    /// <summary>How many trials a report lists at most.</summary>
    public const int MaxTrials = 1000;
}
