using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Tests.Trials;

namespace AgentEval.Functions.Tests.Agents;

public sealed class AgentFitTests
{
    private static readonly Uri Url = new("http://a.example/");
    private static readonly SimulatedTool Tool = new("t", null, null, []);

    [Fact]
    public void Check_HttpAgentAndPlainSuite_Fits() => Assert.Equal((0, 0), Count(Check(TrialBench.HttpAgent(Url), [], [])));

    [Fact]
    public void Check_HttpAgentAndTools_Warns() => Assert.Equal((0, 1), Count(Check(TrialBench.HttpAgent(Url), [Tool], [])));

    [Fact]
    public void Check_HttpAgentAndInjectionIntoToolResults_IsAnErrorThatNamesTheScenario()
    {
        var problems = Check(TrialBench.HttpAgent(Url), [Tool], [new Injection(InjectionPoint.ToolResult, "t", "x")]);

        Assert.Contains("'greets'", Assert.Single(problems.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ChatAgent_FitsEverything() =>
        Assert.Equal((0, 0), Count(Check(TrialBench.ChatAgent(Url), [Tool], [new Injection(InjectionPoint.ToolResult, "t", "x")])));

    private static (int Errors, int Warnings) Count(ProblemList problems) => (problems.Errors.Count, problems.Warnings.Count);

    private static ProblemList Check(AgentSpec agent, IReadOnlyList<SimulatedTool> tools, IReadOnlyList<Injection> injections)
    {
        using var bench = new TrialBench { Tools = tools };
        bench.Scenario = bench.Scenario with { Injections = injections };
        var problems = new ProblemList();
        AgentFit.Check(bench.Context().Suite, agent, problems);
        return problems;
    }
}
