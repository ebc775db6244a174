using System.Text.Json.Nodes;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;

namespace AgentEval.Core.Tests.Suites;

public sealed class RequestOverridesTests
{
    private static readonly Suite Suite = TestSuites.Of(TestSuites.Scenario() with { TimeoutSeconds = 5, Retries = 1, Epochs = 3 }) with
    {
        ScenarioDefaults = new ScenarioDefaults { TimeoutSeconds = 7, Retries = 4 },
    };

    private static Suite Apply(string settings) => RequestOverrides.Apply(Suite, JsonNode.Parse(settings)!.AsObject());

    [Fact]
    public void Request_SayingNothing_ChangesNothing() => Assert.Same(Suite, Apply("""{ "execution": { "maxParallel": 2 }, "gate": {} }"""));

    [Fact]
    public void Request_SayingTimeout_WinsOverTheScenario()
    {
        var suite = Apply("""{ "execution": { "timeoutSeconds": 60 } }""");

        Assert.Equal((null, null), (suite.ScenarioDefaults.TimeoutSeconds, suite.Scenarios[0].TimeoutSeconds));
        Assert.Equal((4, 1, 3), (suite.ScenarioDefaults.Retries, suite.Scenarios[0].Retries, suite.Scenarios[0].Epochs));
    }

    [Fact]
    public void Request_SayingRetriesAndEpochs_WinsOverTheScenario()
    {
        var suite = Apply("""{ "epochs": 1, "execution": { "retries": 0 } }""");

        Assert.Equal((null, null, null), (suite.ScenarioDefaults.Retries, suite.Scenarios[0].Retries, suite.Scenarios[0].Epochs));
        Assert.Equal(5, suite.Scenarios[0].TimeoutSeconds);
    }
}
