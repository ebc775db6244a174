namespace AgentEval.Core.Criteria;

/// <summary>Every type of criterion. A new one is a file in this folder and a line here.</summary>
public static class CriterionCatalogue
{
    private static readonly Dictionary<string, ICriterion> ByType = new ICriterion[]
    {
        new ContainsCriterion(),
        new RegexCriterion(),
        new BannedPhrasesCriterion(),
        new RequiredElementsCriterion(),
        new LengthCriterion(),
        new EqualsCriterion(),
        new JsonSchemaCriterion(),
        new SimilarityCriterion(),
        new RefusalCriterion(),
        new ToolCalledCriterion(),
        new ToolSequenceCriterion(),
        new LatencyCriterion(),
        new CostCriterion(),
        new AllCriterion(),
        new AnyCriterion(),
        new NotCriterion(),
        new UnavailableCriterion("judge"),
        new UnavailableCriterion("custom"),
    }.ToDictionary(criterion => criterion.Type, StringComparer.Ordinal);

    /// <summary>The keys, in the order of the suite format.</summary>
    public static IReadOnlyCollection<string> Types => ByType.Keys;

    /// <summary>Null: no such type.</summary>
    public static ICriterion? Find(string type) => ByType.GetValueOrDefault(type);
}
