using System.Text.Json;
using AgentEval.Core.Gates;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;

namespace AgentEval.Core.Reports;

/// <param name="Name">The limit's key.</param>
/// <param name="Bound"><c>≥ 90 %</c>.</param>
/// <param name="Actual">As people read it.</param>
/// <param name="Met">False: broken.</param>
/// <param name="Remedy">What to look at; empty when met.</param>
internal sealed record GateRow(string Name, string Bound, string Actual, bool Met, string Remedy);

/// <summary>Every limit of a run's gate, met or broken.</summary>
internal static class GateRows
{
    /// <summary>The limits come from the recorded configuration; a run recorded without one shows the broken limits alone.</summary>
    public static IReadOnlyList<GateRow> Of(RunResult result)
    {
        var failures = result.GateFailures.ToDictionary(failure => failure.Name, StringComparer.Ordinal);
        var limits = Limits(result);
        var known = limits.Select(limit => limit.Name).ToHashSet(StringComparer.Ordinal);
        var rows = limits.Select(limit => Row(limit, failures.GetValueOrDefault(limit.Name)));
        return [.. rows.Concat(failures.Values.Where(failure => !known.Contains(failure.Name)).Select(Row)).OrderBy(row => row.Met)];
    }

    public static IReadOnlyList<GateLimit> Limits(RunResult result) => Settings(result) is { } gate ? GateLimits.Of(gate, result.Metrics) : [];

    /// <summary>A limit that errors left unmeasured is not among the failures of an inconclusive run, and is not met either.</summary>
    private static GateRow Row(GateLimit limit, GateFailure? failure) => new(
        limit.Name, limit.Bound, limit.Actual is { } actual ? limit.Show(actual) : Figures.None, failure is null && limit.IsMet,
        failure is null && limit.IsMet ? "" : limit.Remedy);

    private static GateRow Row(GateFailure failure) => new(
        failure.Name, Figures.Number(failure.Required), Figures.Number(failure.Actual), Met: false, failure.Message);

    private static GateSettings? Settings(RunResult result)
    {
        try
        {
            return result.Configuration["gate"]?.Deserialize<GateSettings>(AgentEvalJson.Options);
        }
        catch (JsonException)
        {
            // Written by another version; the failures still tell what matters.
            return null;
        }
    }
}
