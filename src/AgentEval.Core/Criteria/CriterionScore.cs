namespace AgentEval.Core.Criteria;

/// <param name="Score">0.0 to 1.0.</param>
/// <param name="Reason">What was found, whether it is good or bad.</param>
/// <param name="Evidence">The place in the output that decided it; null: none.</param>
public sealed record CriterionScore(double Score, string Reason, string? Evidence = null)
{
    internal static CriterionScore When(bool met, string reason, string? evidence = null) => new(met ? 1 : 0, reason, evidence);
}
