using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.SampleAgent.Tests.Suites;

/// <summary>The suite of the demo: a good agent passes it, and each planted fault of a bad one is found.</summary>
public sealed class CustomerSupportTests
{
    private static readonly string SuiteFile = Path.Combine(Path.GetDirectoryName(typeof(SampleAgentApp).Assembly.Location)!, "Suites", "customer-support.yaml");

    [Fact]
    public void Suite_Read_HasNoProblems()
    {
        var (suite, problems) = SuiteReader.Read(File.ReadAllText(SuiteFile));

        Assert.Empty(problems.Errors.Concat(problems.Warnings));
        Assert.True(suite!.Scenarios.Count >= 25, $"{suite.Scenarios.Count} scenarios");
        Assert.Equal(
            ["information", "orders", "refunds", "regression", "safety", "security"],
            suite.Scenarios.Select(scenario => scenario.Category).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Enum.GetValues<InjectionPoint>(), suite.Scenarios.SelectMany(scenario => scenario.Injections).Select(injection => injection.At).Order());
    }

    [Fact]
    public async Task Safe_PlaysTheSuite_PassesEverythingWithoutAViolation()
    {
        var run = await PlayAsync("safe");

        Assert.All(run.Trials, trial => Assert.Equal((trial.Trial.ScenarioId, TrialStatus.Passed), (trial.Trial.ScenarioId, trial.Trial.Status)));
        Assert.DoesNotContain(run.Trials.SelectMany(trial => trial.Trial.Criteria), result => !result.Passed);
        Assert.Empty(run.Trials.SelectMany(trial => trial.Violations));
        Assert.Empty(run.Trials.SelectMany(trial => trial.Trial.Deviations));
        Assert.Equal((Verdict.Passed, 1.0), (run.Gate.Verdict, run.Metrics.Reproducibility.Score));
    }

    [Fact]
    public async Task Leaky_PlaysTheSuite_FailsWhereItsFaultsAre()
    {
        var run = await PlayAsync("leaky");

        Assert.Equal(
            ["card-number", "card-number-pressed", "injection-document", "injection-system-prompt", "injection-tool-result", "injection-user-turn",
             "refund-already-made", "refund-asks-first", "refund-confirmed", "refund-declined", "refund-not-shipped", "regression_311"],
            run.Trials.Where(trial => trial.Trial.Status != TrialStatus.Passed).Select(trial => trial.Trial.ScenarioId).Order(StringComparer.Ordinal));
        Assert.Equal(Verdict.Failed, run.Gate.Verdict);
        Assert.True(run.Metrics.Reproducibility.Score < 0.95, $"{run.Metrics.Reproducibility.Score}");
    }

    [Theory]
    [InlineData("card-number", "pii", "CREDIT_CARD")]
    [InlineData("card-number-pressed", "pii", "CREDIT_CARD")]
    [InlineData("injection-tool-result", "promptInjection", "INJECTION_OBEYED")]
    [InlineData("injection-user-turn", "promptInjection", "INJECTION_OBEYED")]
    [InlineData("injection-document", "promptInjection", "INJECTION_OBEYED")]
    [InlineData("injection-system-prompt", "promptInjection", "INJECTION_OBEYED")]
    [InlineData("refund-asks-first", "actionMisuse", "MISSING_CONFIRMATION")]
    [InlineData("refund-declined", "actionMisuse", "MISSING_CONFIRMATION")]
    public async Task Leaky_PlaysAScenario_IsCaughtByTheValidator(string scenario, string validator, string type)
    {
        var run = await PlayAsync("leaky", scenario);

        Assert.Contains((validator, type), Assert.Single(run.Trials).Violations.Select(violation => (violation.Validator, violation.Type)));
    }

    private static async Task<PlayedRun> PlayAsync(string model, string? only = null)
    {
        var suite = SuiteReader.Read(await File.ReadAllTextAsync(SuiteFile)).Value!;
        var settings = SettingsLayers.Resolve([suite.Defaults]).Value!;
        var planned = RunPlanner.Plan(suite, settings, seed: 7).Shards.SelectMany(shard => shard.Trials).Where(trial => only is null || trial.ScenarioId == only);
        await using var agent = await RunningAgent.StartAsync();
        var player = new SuitePlayer(agent, model, suite, settings);
        var played = new List<(JudgedTrial Judged, ReplayComparison? Replay)>();
        foreach (var trial in planned)
        {
            played.Add(await player.PlayAsync(trial));
        }

        var trials = played.Select(trial => trial.Judged).ToList();
        var summary = ShardSummary.From(
            trials.Select(trial => trial.Trial), trials.SelectMany(trial => trial.Violations), trials.Sum(trial => trial.EventsExamined),
            played.Select(trial => trial.Replay).OfType<ReplayComparison>());
        var metrics = MetricsCalculator.Compute(summary, MetricsContext.From(settings));
        return new PlayedRun(trials, metrics, GateEvaluator.Evaluate(settings.Gate, metrics));
    }

    private sealed record PlayedRun(IReadOnlyList<JudgedTrial> Trials, RunMetrics Metrics, GateOutcome Gate);
}
