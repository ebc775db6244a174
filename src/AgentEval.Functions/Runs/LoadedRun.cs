using AgentEval.Core.Agents;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Runs;

/// <summary>A run's document, read back into what it means.</summary>
public sealed record LoadedRun(RunDocument Document, Suite Suite, AgentSpec Agent, RunSettings Settings)
{
    private readonly Dictionary<string, Scenario> _scenarios = Suite.Scenarios.ToDictionary(scenario => scenario.Id, StringComparer.Ordinal);

    public string RunId => Document.RunId;

    /// <summary>What it takes in memory, see <see cref="Estimate"/>.</summary>
    internal long EstimatedBytes { get; init; }

    /// <summary>
    /// Measured over suites of 1,000 to 10,000 scenarios, of long inputs and of short ones, of one criterion each and of five, with JSON Schemas: a suite took
    /// 5 times its text where that was long, and 2.4 to 5.3 KB a scenario where it was short. This is half as much to two and a half times as much.
    /// </summary>
    internal static long Estimate(long suiteBytes, int scenarios) => (10 * suiteBytes) + (2_500L * scenarios);

    public Scenario ScenarioOf(PlannedTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return _scenarios[trial.ScenarioId];
    }

    /// <summary>What the runner needs for the next execution of a trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="at">When the execution begins: makes its sessions differ from those of one that was killed before it left a trace.</param>
    /// <param name="stored">What earlier executions left.</param>
    internal TrialContext ContextFor(PlannedTrial trial, DateTimeOffset at, StoredTrace stored) => new()
    {
        RunId = $"{RunId}.{at.ToUnixTimeMilliseconds():x}",
        Planned = trial,
        Scenario = ScenarioOf(trial),
        Suite = Suite,
        Agent = Agent,
        Settings = Settings,
        Attempt = stored.LastAttempt + 1,
        FirstSeq = stored.LastSeq + 1,
    };
}
