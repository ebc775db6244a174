using AgentEval.Core.Agents;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Functions.Trials;

/// <summary>How long one trial can take at most, for the check that it fits the host's function timeout.</summary>
public static class TrialBounds
{
    /// <summary>For judging and storing the end of a trial.</summary>
    private const double EndingSeconds = 10;

    /// <summary>Seconds. The trial's timeout bounds everything that is said and waited for; reading the agent's metrics and judging come after.</summary>
    public static double WorstCaseSeconds(Scenario scenario, RunSettings settings, AgentSpec agent, ScenarioDefaults? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(agent);
        var timeout = scenario.TimeoutSeconds ?? defaults?.TimeoutSeconds ?? settings.Execution.TimeoutSeconds;
        var talking = Math.Min(timeout, scenario.Budget.Seconds ?? double.PositiveInfinity);
        return talking + (agent.MetricsUrl is null ? 0 : AgentSideCalls.MetricsTimeout.TotalSeconds) + EndingSeconds;
    }
}
