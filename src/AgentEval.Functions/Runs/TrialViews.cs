using System.Text.Json.Nodes;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Traces;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>One trial, whole: its row where there is one, else what its trace says so far; input and raw answer from the scenario and the trace.</summary>
public sealed class TrialViews(LoadedRuns runs, TrialStore trials, TraceStore traces, TrialRecords records)
{
    /// <summary>Null: the run's plan has no such trial.</summary>
    public async Task<TrialResult?> FindAsync(string runId, string trialId, CancellationToken cancellationToken)
    {
        if (TrialIds.Parse(trialId) is not { } id)
        {
            return null;
        }

        var run = await runs.GetAsync(runId, cancellationToken);
        var scenario = run.Suite.Scenarios.FirstOrDefault(each => each.Id == id.ScenarioId);
        if (scenario is null || id.Epoch > (scenario.Epochs ?? run.Settings.Epochs))
        {
            return null;
        }

        var stored = await traces.ReadAsync(runId, trialId, cancellationToken);
        var trial = await trials.FindAsync(runId, id.ScenarioId, id.Epoch, id.Attack, cancellationToken)
            ?? (stored.Exists || IsPlanned(run, trialId) ? await DescribeAsync(run, id, trialId, stored, cancellationToken) : null);
        return trial is null ? null : trial with { Input = scenario.Input ?? scenario.Turns[0].User, RawResponse = RawResponse(stored) };
    }

    /// <summary>Filters and limits leave trials out.</summary>
    private static bool IsPlanned(LoadedRun run, string trialId) =>
        RunPlanner.Plan(run.Suite, run.Settings, run.Document.Seed).Shards.Any(shard => shard.Trials.Any(trial => trial.TrialId == trialId));

    private async Task<TrialResult> DescribeAsync(LoadedRun run, TrialId id, string trialId, StoredTrace stored, CancellationToken cancellationToken)
    {
        var planned = new PlannedTrial(trialId, id.ScenarioId, id.Epoch, id.Attack, Seeds.Derive(run.Document.Seed, trialId), Replay: false);
        if (stored.IsFinished)
        {
            return TrialRecords.Judge(run, planned, stored).Trial;
        }

        var unfinished = await records.DescribeUnfinishedAsync(run, planned, stored, stop: null, broken: null, cancellationToken);
        return unfinished.Trial with { Status = stored.Exists ? TrialStatus.Running : TrialStatus.Pending, Error = null };
    }

    private static JsonNode? RawResponse(StoredTrace stored) =>
        stored.Events.LastOrDefault(each => each.Type == TraceEventType.AgentResponse && each.Attempt == stored.LastAttempt)?.Data;
}
