using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;

namespace AgentEval.Functions.Agents;

/// <summary>Whether an agent can do what a suite asks of it; checked when a run is submitted.</summary>
internal static class AgentFit
{
    public static void Check(Suite suite, AgentSpec agent, ProblemList problems)
    {
        if (agent.Type == AgentType.Http)
        {
            CheckTools(suite, problems);
        }
    }

    /// <summary>An <c>http</c> agent only tells of its tools, so nothing the suite plays ever reaches it.</summary>
    private static void CheckTools(Suite suite, ProblemList problems)
    {
        var injected = suite.Scenarios.Where(scenario => scenario.Injections.Any(injection => injection.At == InjectionPoint.ToolResult)).ToList();
        if (injected.Count > 0)
        {
            problems.Error(
                "agent.type",
                ProblemCodes.Unsupported,
                $"The scenario '{injected[0].Id}' injects into tool results, which needs an agent of type openai-chat: an http agent plays its own tools.");
        }
        else if (suite.Tools.Count > 0)
        {
            problems.Warning(
                "agent.type", ProblemCodes.Unsupported, "The suite's tools are not played: an agent of type http has tools of its own and reports them. Only openai-chat agents are given the suite's.");
        }
    }
}
