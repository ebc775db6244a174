namespace AgentEval.Core.Criteria;

/// <param name="Score">0.0 to 1.0.</param>
/// <param name="Found">What was found, whether it is good or bad: a sentence.</param>
/// <param name="Evidence">The place in the output that decided it; null: none.</param>
/// <param name="Wanted">What should have been found; null: <paramref name="Found"/> tells enough.</param>
public sealed record CriterionScore(double Score, string Found, string? Evidence = null, string? Wanted = null)
{
    /// <summary>What was found and what was wanted.</summary>
    public string Reason => Wanted is null ? Found : $"{Clause}; wanted: {Wanted}.";

    /// <summary>What was found, so that more can be said in the same sentence.</summary>
    internal string Clause => Found.EndsWith('.') ? Found[..^1] : Found;

    internal static CriterionScore When(bool met, string found, string? evidence = null, string? wanted = null) => new(met ? 1 : 0, found, evidence, wanted);
}
