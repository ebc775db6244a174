using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Metrics;

/// <summary>One result made elsewhere. At least one of <paramref name="Passed"/> and <paramref name="Score"/> is given.</summary>
/// <param name="Scenario">Rows of one scenario are its epochs.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Passed">Null: whether the score reaches 0.7.</param>
/// <param name="Score">0.0 to 1.0; null: 1.0 for passed, else 0.0.</param>
/// <param name="Cluster">What the standard error treats as one observation, such as the document several questions are about; null: the scenario.</param>
public sealed record ScoredRow(string Scenario, int Epoch, bool? Passed, double? Score, string? Cluster);

/// <summary>The scenario metrics of results made elsewhere.</summary>
public static class ScoredRows
{
    /// <exception cref="ArgumentException">A row has neither passed nor score.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A score is not between 0.0 and 1.0.</exception>
    public static ScenarioMetrics Compute(IEnumerable<ScoredRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var all = rows.ToList();
        var summary = ShardSummary.From(all.Select(ToTrial), [], 0, []);
        var scenario = MetricsCalculator.Compute(summary, new MetricsContext(RedTeamLevel.Off, new ReplaySettings())).Scenario;
        var clusters = all.GroupBy(row => row.Cluster is null ? "scenario:" + row.Scenario : "cluster:" + row.Cluster, StringComparer.Ordinal)
            .Select(group => (group.Sum(row => Units.FromScore(ScoreOf(row))), group.Count()));
        return scenario with
        {
            StandardError = Statistics.ClusteredStandardError(clusters),
            ByCategory = new Dictionary<string, GroupMetrics>(),
            ByDifficulty = new Dictionary<string, GroupMetrics>(),
        };
    }

    private static double ScoreOf(ScoredRow row) => row switch
    {
        { Score: { } score } => score,
        { Passed: { } passed } => passed ? 1 : 0,
        _ => throw new ArgumentException($"The row of scenario {row.Scenario}, epoch {row.Epoch} has neither passed nor score."),
    };

    private static TrialResult ToTrial(ScoredRow row)
    {
        var score = ScoreOf(row);
        return new TrialResult
        {
            TrialId = $"{row.Scenario}~{row.Epoch}",
            ScenarioId = row.Scenario,
            Name = row.Scenario,
            Category = "default",
            Difficulty = Difficulty.Medium,
            Epoch = row.Epoch,
            Status = row.Passed ?? score >= RunSettings.DefaultPassThreshold ? TrialStatus.Passed : TrialStatus.Failed,
            Score = score,
            PassThreshold = RunSettings.DefaultPassThreshold,
            Seed = 0,
        };
    }
}
