using AgentEval.Core.Settings;

namespace AgentEval.Core.Metrics;

/// <summary>What the metrics say about the run beyond its trials.</summary>
/// <param name="RedTeam">Level <see cref="RedTeamLevel.Off"/>: not enabled.</param>
/// <param name="Replay">Fraction 0: not enabled.</param>
public sealed record MetricsContext(RedTeamLevel RedTeam, ReplaySettings Replay)
{
    public static MetricsContext From(RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new MetricsContext(settings.RedTeam.Level, settings.Replay);
    }
}
