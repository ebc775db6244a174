using System.Text.Json;
using AgentEval.Core.Json;
using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Tests.Metrics;

public sealed class MetricsCalculatorTests
{
    private const int Precise = 12;

    [Fact]
    public void Compute_ErrorsTimeoutsAndSkips_AreExcludedFromThePassRateAndCounted()
    {
        var scenario = Samples.Compute(
        [
            .. Samples.Trials("a", 3, 1), Samples.Trial("b", TrialStatus.Error), Samples.Trial("c", TrialStatus.Timeout),
            Samples.Trial("d", TrialStatus.BudgetExceeded), Samples.Trial("e", TrialStatus.Skipped), Samples.Trial("f", TrialStatus.Cancelled),
        ]).Scenario;

        Assert.Equal(0.75, scenario.PassRate);
        Assert.Equal(0.75, scenario.AverageScore);
        Assert.Equal(3.0 / 7, scenario.ErrorRate);
        Assert.Equal((6, 9), (scenario.TotalScenarios, scenario.TotalTrials));
        Assert.Equal((1, 1, 1, 1, 1), (scenario.Errored, scenario.TimedOut, scenario.BudgetExceeded, scenario.Skipped, scenario.Cancelled));
    }

    [Theory]
    [InlineData(4, 5, 0.375534, 0.963795)]
    [InlineData(18, 20, 0.698967, 0.972134)]
    [InlineData(0, 10, 0.0, 0.277533)]
    [InlineData(10, 10, 0.722467, 1.0)]
    [InlineData(81, 263, 0.255288, 0.366218)]
    public void Compute_PassRateInterval_IsWilsons(int passed, int total, double low, double high)
    {
        var interval = Samples.Compute(Samples.Trials("a", passed, total - passed)).Scenario.PassRateInterval!;

        Assert.Equal(low, interval[0], 4);
        Assert.Equal(high, interval[1], 4);
        Assert.True(interval[0] >= 0 && interval[1] <= 1);
    }

    [Fact]
    public void Compute_NothingJudged_GivesNullsAndNeverNaN()
    {
        foreach (var trials in new TrialResult[][] { [], [Samples.Trial("a", TrialStatus.Skipped)], [Samples.Trial("a", TrialStatus.Error)] })
        {
            var metrics = Samples.Compute(trials);

            Assert.Null(metrics.Scenario.PassRate);
            Assert.Null(metrics.Scenario.PassRateInterval);
            Assert.Null(metrics.Scenario.AverageScore);
            Assert.Null(metrics.Scenario.StandardError);
            Assert.Null(metrics.Safety.ViolationRate);
            Assert.Null(metrics.Safety.SafetyGrade);
            Assert.Null(metrics.RedTeam.SurvivalRate);
            Assert.Null(metrics.Reproducibility.IsReproducible);
            Assert.Null(metrics.Performance.CostUsd);
            Assert.Empty(metrics.Scenario.PassAtK);

            // Strict numbers: NaN could not be written.
            Assert.DoesNotContain("NaN", JsonSerializer.Serialize(metrics, AgentEvalJson.Options), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Compute_PassedTrialWithNothingToJudge_CountsInThePassRateAndNotInTheAverage()
    {
        var unjudged = Samples.Trial("b", TrialStatus.Passed) with { Score = null };

        var scenario = Samples.Compute([Samples.Trial("a", TrialStatus.Passed, 0.8), unjudged]).Scenario;

        Assert.Equal(1.0, scenario.PassRate);
        Assert.Equal(0.8, scenario.AverageScore);
    }

    /// <summary>Computed by hand: means a 0.75, b 0.25 over 2 + 2 trials, so deviations of the sums ±0.5; √(2·(0.25 + 0.25)/1)/4 = 0.25.</summary>
    [Fact]
    public void Compute_StandardError_TreatsEpochsOfOneScenarioAsOneCluster()
    {
        var scenario = Samples.Compute(
        [
            Samples.Trial("a", TrialStatus.Passed, 1.0), Samples.Trial("a", TrialStatus.Failed, 0.5, 2),
            Samples.Trial("b", TrialStatus.Failed, 0.5), Samples.Trial("b", TrialStatus.Failed, 0.0, 2),
        ]).Scenario;

        Assert.Equal(0.25, scenario.StandardError!.Value, Precise);
    }

    [Fact]
    public void Compute_OneTrialAScenario_StandardErrorIsTheUsualOne()
    {
        double[] scores = [0.2, 0.4, 0.9, 1.0, 0.75];
        var mean = scores.Average();
        var usual = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - 1) / scores.Length);

        var scenario = Samples.Compute(scores.Select((score, i) => Samples.Trial("s" + i, TrialStatus.Failed, score))).Scenario;

        Assert.Equal(usual, scenario.StandardError!.Value, Precise);
    }

    [Fact]
    public void Compute_EqualScores_StandardErrorIsExactlyZero() =>
        Assert.Equal(0.0, Samples.Compute(Enumerable.Range(0, 7).Select(i => Samples.Trial("s" + i, TrialStatus.Passed, 0.9))).Scenario.StandardError);

    [Fact]
    public void Compute_OneScenario_HasNoStandardError() => Assert.Null(Samples.Compute(Samples.Trials("a", 2, 2)).Scenario.StandardError);

    /// <summary>Against counting: every choice of k of the n trials is looked at.</summary>
    [Theory]
    [InlineData(5, 2)]
    [InlineData(6, 6)]
    [InlineData(4, 0)]
    [InlineData(10, 7)]
    public void Compute_PassAtKAndPassHatK_EqualTheShareOfSubsets(int trials, int passed)
    {
        var scenario = Samples.Compute(Samples.Trials("a", passed, trials - passed)).Scenario;

        Assert.Equal(trials, scenario.PassAtK.Count);
        for (var k = 1; k <= trials; k++)
        {
            var subsets = Enumerable.Range(0, 1 << trials).Where(subset => int.PopCount(subset) == k).ToList();
            var good = (1 << passed) - 1;
            Assert.Equal(subsets.Count(subset => (subset & good) != 0) / (double)subsets.Count, scenario.PassAtK[$"{k}"], Precise);
            Assert.Equal(subsets.Count(subset => (subset & good) == subset) / (double)subsets.Count, scenario.PassHatK[$"{k}"], Precise);
        }
    }

    [Fact]
    public void Compute_ScenariosWithDifferentEpochs_GivesPassAtKUpToTheSmallest()
    {
        var scenario = Samples.Compute([.. Samples.Trials("a", 3, 1), .. Samples.Trials("b", 1, 1), Samples.Trial("c", TrialStatus.Error)]).Scenario;

        Assert.Equal(["1", "2"], scenario.PassAtK.Keys);
        Assert.Equal((0.75 + 0.5) / 2, scenario.PassAtK["1"], Precise);
        Assert.Equal((0.5 + 0.0) / 2, scenario.PassHatK["2"], Precise);
    }

    [Fact]
    public void Compute_ThousandEpochs_GivesPassAtKUpToTen()
    {
        var scenario = Samples.Compute(Samples.Trials("a", 500, 500)).Scenario;

        Assert.Equal(MetricsCalculator.MaxK, scenario.PassAtK.Count);
        Assert.Equal(0.999, scenario.PassAtK["10"], 3);
    }

    [Fact]
    public void Compute_SafetyGrade_FallsWithEveryViolationAndWithSeverity()
    {
        var trials = Samples.Trials("a", 5, 0).ToList();
        double Grade(params Severity[] severities) =>
            Samples.Compute(trials, severities.Select((severity, i) => Samples.Violation(severity, seq: i)), 60).Safety.SafetyGrade!.Value;

        var grades = new[]
        {
            Grade(), Grade(Severity.Low), Grade(Severity.Medium), Grade(Severity.Medium, Severity.Low), Grade(Severity.High),
            Grade(Severity.High, Severity.Medium), Grade(Severity.Critical), Grade(Severity.Critical, Severity.Critical),
        };

        Assert.Equal(1.0, grades[0]);
        Assert.Equal(grades.OrderDescending(), grades);
        Assert.Equal(grades.Length, grades.Distinct().Count());
        Assert.All(grades, grade => Assert.InRange(grade, 0.001, 1.0));
    }

    [Theory]
    [InlineData(TrialStatus.Skipped)]
    [InlineData(TrialStatus.Error)]
    [InlineData(TrialStatus.Timeout)]
    [InlineData(TrialStatus.BudgetExceeded)]
    public void Compute_TrialsInWhichTheAgentDidNothing_DoNotMakeTheRunLookSafer(TrialStatus status)
    {
        var ran = Samples.Trial("a", TrialStatus.Passed);
        var skipped = Enumerable.Range(0, 9).Select(i => Samples.Trial("s" + i, status) with { Output = null });

        Assert.Equal(
            Samples.Compute([ran], [Samples.Violation()], 6).Safety.SafetyGrade,
            Samples.Compute([ran, .. skipped], [Samples.Violation()], 6).Safety.SafetyGrade);
    }

    [Fact]
    public void Compute_TrialThatBrokeAfterTheAgentSpokeWhoseOutputIsNotKept_WasExamined() =>
        Assert.Equal(1, Samples.Compute([Samples.Trial("a", TrialStatus.Timeout) with { Output = null, Usage = new TokenUsage(3, 5, true, null) }], [], 2).Safety.SafetyGrade);

    [Fact]
    public void Compute_TrialThatBrokeAfterTheAgentSpoke_WasExamined() =>
        Assert.Equal(1, Samples.Compute([Samples.Trial("a", TrialStatus.Error) with { Output = "so far" }], [], 2).Safety.SafetyGrade);

    [Fact]
    public void Compute_Replays_AveragesTheComparisons()
    {
        var summary = ShardSummary.From([Samples.Trial("a", TrialStatus.Passed)], [], 6, [Samples.Replay(0.94, 1.0), Samples.Replay(1.0, 0.98)]);

        var replay = MetricsCalculator.Compute(summary, new MetricsContext(RedTeamLevel.Off, new ReplaySettings { Fraction = 1 })).Reproducibility;

        Assert.Equal((true, 2, 0.97, 0.99, 0.98), (replay.Enabled, replay.TrialsReplayed, replay.OutputConsistency, replay.EventMatchRate, replay.Score));
        Assert.True(replay.IsReproducible);
    }

    [Fact]
    public void Compute_Performance_SumsTimesTokensAndMoneyExactly()
    {
        var trial = Samples.Trial("a", TrialStatus.Passed, seconds: 0.1) with
        {
            Usage = new TokenUsage(100, 50, false, 0.0000004m),
            AgentCalls = 2,
            ToolCalls = 1,
            AgentMetrics = new Dictionary<string, double> { ["cpuSeconds"] = 0.25, ["peakMemoryMb"] = 80 },
        };

        var performance = Samples.Compute(Enumerable.Repeat(trial, 10)).Performance;

        Assert.Equal((1.0, 0.1, 0.1), (performance.TotalSeconds, performance.AverageTrialSeconds, performance.P95Seconds));
        Assert.Equal((1000L, 500L, 500.0), (performance.InputTokens, performance.OutputTokens, performance.TokensPerSecond));
        Assert.Equal(0.000004m, performance.CostUsd);
        Assert.Equal((20, 10), (performance.AgentCalls, performance.ToolCalls));
        Assert.Equal(new ResourceMetrics(2.5, 80), performance.Resources);
    }

    [Fact]
    public void Outcomes_SeveralEpochs_TakeTheWorstStatusAndTheMeanScore()
    {
        var summary = Samples.Summary(
        [
            Samples.Trial("b", TrialStatus.Passed), Samples.Trial("b", TrialStatus.Error, epoch: 2),
            Samples.Trial("a", TrialStatus.Failed, 0.4), Samples.Trial("a", TrialStatus.Error, epoch: 2), Samples.Trial("a", TrialStatus.Passed, 1.0, 3),
        ]);

        var outcomes = MetricsCalculator.Outcomes(summary, ["b", "a"]);

        Assert.Equal(
            [("b", TrialStatus.Error, 1.0, 2, 12), ("a", TrialStatus.Failed, 0.7, 3, 18)],
            outcomes.Select(outcome => (outcome.ScenarioId, outcome.Status, outcome.Score!.Value, outcome.Trials, outcome.Events)));
    }
}
