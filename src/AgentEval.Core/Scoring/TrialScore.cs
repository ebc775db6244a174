using AgentEval.Core.Criteria;

namespace AgentEval.Core.Scoring;

/// <param name="Score">0.0 to 1.0; null: nothing judges the trial.</param>
/// <param name="Passed">Score and every required criterion.</param>
/// <param name="Criteria">All that judged, in the order: criteria, expected, turn expects, properties, evaluators.</param>
public sealed record TrialScore(double? Score, bool Passed, IReadOnlyList<CriterionResult> Criteria);
