using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Tests.Trials;

public sealed class TrialBoundsTests
{
    private static readonly Scenario Scenario = new() { Id = "s", Name = "s", Turns = [new Turn("x", [])] };

    [Theory]
    [InlineData(null, null, null, 310)]
    [InlineData(60.0, null, null, 70)]
    [InlineData(null, 90.0, null, 100)]
    [InlineData(60.0, 90.0, 20.0, 30)]
    public void WorstCase_Limits_TheTightestCounts(double? scenario, double? defaults, double? budget, double expected) =>
        Assert.Equal(expected, TrialBounds.WorstCaseSeconds(
            Scenario with { TimeoutSeconds = scenario, Budget = new TrialBudget { Seconds = budget } },
            new RunSettings(),
            TrialBench.HttpAgent(FakeAgent.DeadUrl()),
            new ScenarioDefaults { TimeoutSeconds = defaults }));

    [Fact]
    public void WorstCase_AgentWithMetrics_AddsTheirTimeout() =>
        Assert.Equal(320, TrialBounds.WorstCaseSeconds(Scenario, new RunSettings(), TrialBench.HttpAgent(FakeAgent.DeadUrl()) with { MetricsUrl = new Uri("http://m.example/") }));
}
