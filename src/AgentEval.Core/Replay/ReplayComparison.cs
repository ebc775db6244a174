namespace AgentEval.Core.Replay;

/// <summary>How a trial that was run a second time compares with the first.</summary>
/// <param name="TrialId">The trial.</param>
/// <param name="OutputSimilarity">0.0 to 1.0, 1.0 for equal outputs.</param>
/// <param name="OutputSame">Whether the outputs count as the same in the run's replay mode.</param>
/// <param name="EventMatchRate">0.0 to 1.0: the share of events that stand in both, in the same order.</param>
/// <param name="Score">The reproducibility of the trial, 0.0 to 1.0; formula: docs/metrics.md.</param>
/// <param name="FirstDifference">For people; null when nothing differs.</param>
public sealed record ReplayComparison(
    string TrialId, double OutputSimilarity, bool OutputSame, double EventMatchRate, double Score, string? FirstDifference);
