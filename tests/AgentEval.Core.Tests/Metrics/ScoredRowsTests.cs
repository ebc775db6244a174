using AgentEval.Core.Metrics;

namespace AgentEval.Core.Tests.Metrics;

public sealed class ScoredRowsTests
{
    private static ScoredRow Row(string scenario, int epoch, bool? passed = null, double? score = null, string? cluster = null) =>
        new(scenario, epoch, passed, score, cluster);

    [Fact]
    public void Compute_PassedOrScore_FillEachOther()
    {
        var metrics = ScoredRows.Compute([Row("a", 1, passed: true), Row("a", 2, score: 0.7), Row("b", 1, score: 0.69), Row("b", 2, passed: true, score: 0.2)]);

        Assert.Equal((3, 1, 0.75), (metrics.Passed, metrics.Failed, metrics.PassRate));
        Assert.Equal((1 + 0.7 + 0.69 + 0.2) / 4, metrics.AverageScore!.Value, 12);
        Assert.Equal((1.0 + 0.0) / 2, metrics.PassHatK["2"]);
    }

    /// <summary>Two clusters of two: sums 2 and 0 around a mean of 0.5, deviations ±1, so √(2·(1 + 1)/1)/4 = 0.5.</summary>
    [Fact]
    public void Compute_ClustersGiven_StandardErrorIsByCluster()
    {
        ScoredRow[] rows =
            [Row("a", 1, true, cluster: "x"), Row("b", 1, true, cluster: "x"), Row("c", 1, false, cluster: "y"), Row("d", 1, false, cluster: "y")];

        Assert.Equal(0.5, ScoredRows.Compute(rows).StandardError!.Value, 12);
        Assert.Equal(0.288675134594813, ScoredRows.Compute(rows.Select(row => row with { Cluster = null })).StandardError!.Value, 12);
    }

    [Fact]
    public void Compute_RowWithNeither_IsRefused() => Assert.Throws<ArgumentException>(() => ScoredRows.Compute([Row("a", 1)]));
}
