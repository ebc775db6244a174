using System.Globalization;

namespace AgentEval.Core.Scenarios;

/// <param name="ScenarioId">The scenario.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Attack">Null: none.</param>
public sealed record TrialId(string ScenarioId, int Epoch, string? Attack)
{
    public override string ToString() => TrialIds.Format(ScenarioId, Epoch, Attack);
}

/// <summary>The text form of trial ids: <c>scenarioId~epoch[~attack]</c>.</summary>
public static class TrialIds
{
    private const char Separator = '~';

    public static string Format(string scenarioId, int epoch, string? attack = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{scenarioId}{Separator}{epoch}{(attack is null ? "" : Separator + attack)}");

    /// <summary>Null: not a trial id in the one form that <see cref="Format"/> gives.</summary>
    public static TrialId? Parse(string? text)
    {
        var parts = text?.Split(Separator);
        return parts is { Length: 2 or 3 }
            && Identifiers.IsId(parts[0])
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            && epoch >= 1
            && parts[1][0] != '0'
            && (parts.Length == 2 || Identifiers.IsId(parts[2]))
                ? new TrialId(parts[0], epoch, parts.ElementAtOrDefault(2))
                : null;
    }
}
