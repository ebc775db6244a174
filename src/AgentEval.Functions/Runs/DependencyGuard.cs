using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>Looks whether what a trial depends on has passed. Dependencies lie in earlier waves, so their rows are final.</summary>
public sealed class DependencyGuard(TrialStore trials)
{
    /// <summary>
    /// The first scenario the trial depends on that did not pass, or null. The same epoch counts; where the dependency has fewer epochs, its first.
    /// </summary>
    public async Task<UnmetDependency?> FindUnmetAsync(LoadedRun run, PlannedTrial trial, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(trial);
        foreach (var scenarioId in run.ScenarioOf(trial).DependsOn)
        {
            var status = await trials.FindStatusAsync(run.RunId, scenarioId, trial.Epoch, cancellationToken)
                ?? await trials.FindStatusAsync(run.RunId, scenarioId, epoch: 1, cancellationToken);
            if (status != TrialStatus.Passed)
            {
                return new UnmetDependency(scenarioId, status);
            }
        }

        return null;
    }
}

/// <param name="ScenarioId">What did not pass.</param>
/// <param name="Status">How it ended; null: it was not run.</param>
public sealed record UnmetDependency(string ScenarioId, TrialStatus? Status)
{
    public TrialError ToError() => new(
        "dependency",
        Status is { } status ? $"{ScenarioId}, on which it depends, ended {RunRow.Name(status)}." : $"{ScenarioId}, on which it depends, was not run.");
}
