using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Runs;

/// <summary>A run that has ended, and why it did not go well.</summary>
/// <param name="Run">The run.</param>
/// <param name="Unmet">Of each scenario that the result names because it did not pass, in their order, one trial that tells why.</param>
internal sealed record FinishedRun(RunSnapshot Run, IReadOnlyList<TrialResult> Unmet)
{
    private const string Unreachable = "agentUnreachable";

    /// <summary>No trial could be judged, and what is known of them is that nobody answered.</summary>
    public bool IsAgentOutOfReach =>
        Run.Result is { Metrics.Scenario: { Passed: 0, Failed: 0 } } && Unmet.Count > 0 && Unmet.All(trial => trial.Error?.Code == Unreachable);

    /// <summary>What cannot be read is left out with a warning: the result itself is there.</summary>
    public static async Task<FinishedRun> ReadAsync(AgentEvalClient client, RunSnapshot run, CliLog log, CancellationToken cancellationToken)
    {
        var scenarios = run.Result is { } result ? FindingsView.Unmet(result) : [];
        try
        {
            var trials = await Task.WhenAll(scenarios.Select(scenario => FindAsync(client, run.RunId, scenario, cancellationToken)));
            return new FinishedRun(run, [.. trials.OfType<TrialResult>()]);
        }
        catch (Exception e) when (e is AgentEvalApiException or AgentEvalConnectionException)
        {
            log.Warning($"Why scenarios did not pass cannot be told: {e.Message}");
            return new FinishedRun(run, []);
        }
    }

    private static async Task<TrialResult?> FindAsync(AgentEvalClient client, string runId, ScenarioOutcome scenario, CancellationToken cancellationToken)
    {
        var query = new TrialQuery { Scenario = scenario.ScenarioId, Status = scenario.Status, Top = 1 };
        var page = await client.ListTrialsAsync(runId, query, cancellationToken);
        return page.Items.Count > 0 ? page.Items[0] : null;
    }
}
