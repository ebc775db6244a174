using System.Runtime.InteropServices;
using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="Stop">Why it stopped before its plan was done; null: it did not.</param>
public sealed record SummarizeRunInput(string RunId, string? Stop);

/// <summary>Merges what the shards came to into metrics, gate and verdict, writes the reports, and closes the run's row.</summary>
public sealed class SummarizeRun(
    LoadedRuns runs, PlanStore plans, TrialStore trials, ViolationStore violations, TraceStore traces, ReportStore reports, RunStore rows, AppIdentity app, TimeProvider time)
{
    private const int MaxTrials = 1_000;
    private const int MaxViolations = 1_000;
    private const int MaxTraces = 200;
    private const int ReadsAtOnce = 8;

    [Function(nameof(SummarizeRun))]
    public async Task RunAsync([ActivityTrigger] SummarizeRunInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var run = await runs.GetAsync(input.RunId, cancellationToken);
        var row = await rows.FindAsync(input.RunId, cancellationToken) ?? throw new StoredDocumentMissingException($"the row of run {input.RunId}");
        if (row.Status.IsFinished())
        {
            return;
        }

        var summary = await plans.MergeSummariesAsync(input.RunId, cancellationToken);
        var result = Conclude(run, row, summary, input.Stop);
        await WriteReportsAsync(run, result, summary, cancellationToken);
        await rows.UpdateAsync(
            input.RunId,
            current => current.Status.IsFinished() ? null : current with { Status = result.Status, Verdict = result.Verdict, FinishedAt = result.FinishedAt, Message = result.Message },
            cancellationToken);
    }

    private RunResult Conclude(LoadedRun run, RunRow row, ShardSummary summary, string? stop)
    {
        var finishedAt = time.GetUtcNow();
        var startedAt = row.StartedAt ?? row.CreatedAt;
        var metrics = MetricsCalculator.Compute(summary, MetricsContext.From(run.Settings));
        metrics = metrics with { Performance = metrics.Performance with { TotalSeconds = Math.Round((finishedAt - startedAt).TotalSeconds, 3) } };
        var cancelled = stop == StopReasons.Cancelled;
        var gate = cancelled ? null : GateEvaluator.Evaluate(run.Settings.Gate, metrics);
        return new RunResult
        {
            RunId = run.RunId,
            Status = cancelled ? RunStatus.Cancelled : RunStatus.Completed,
            Verdict = gate?.Verdict,
            GateFailures = gate?.Failures ?? [],
            Metrics = metrics,
            Scenarios = MetricsCalculator.Outcomes(summary, [.. run.Suite.Scenarios.Select(scenario => scenario.Id)]),
            Violations = new ViolationOverview(metrics.Safety.TotalViolations, summary.Safety.Worst),
            Configuration = run.Document.Settings.DeepClone().AsObject(),
            InitiatedBy = run.Document.InitiatedBy,
            Suite = run.Document.SuiteIdentity,
            Agent = run.Document.AgentIdentity,
            Environment = new RunEnvironment(app.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, app.Packages, run.Document.Seed, app.Host),
            StartedAt = startedAt,
            FinishedAt = finishedAt,
            Labels = run.Document.Labels,
            Links = RunViews.Links(run.RunId),
            Message = stop is null ? MissingReplays(metrics.Reproducibility) : $"The run stopped early: {stop}.",
        };
    }

    private static string? MissingReplays(ReproducibilityMetrics replays) => replays.TrialsNotReplayed == 0
        ? null
        : $"{replays.TrialsNotReplayed} of {replays.TrialsReplayed + replays.TrialsNotReplayed} replays could not be run; they are left out of the reproducibility.";

    private async Task WriteReportsAsync(LoadedRun run, RunResult result, ShardSummary summary, CancellationToken cancellationToken)
    {
        var listed = await trials.ReadForReportAsync(run.RunId, MaxTrials, cancellationToken);
        var found = summary.Safety.Violations == 0 ? [] : (await violations.ListAsync(run.RunId, new ViolationFilter(null, null, null), MaxViolations, null, cancellationToken)).Items;
        var input = new ReportInput(result, listed, result.Metrics.Scenario.TotalTrials + result.Metrics.RedTeam.Attacks, found, await ReadTracesAsync(run, listed, cancellationToken));
        foreach (var format in ReportCatalogue.All)
        {
            await reports.WriteAsync(run.RunId, format.FileName, format.ContentType, format.Write(input), cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<TraceEvent>>> ReadTracesAsync(
        LoadedRun run, IReadOnlyList<TrialResult> listed, CancellationToken cancellationToken)
    {
        var chosen = listed.Take(MaxTraces).ToList();
        var read = new IReadOnlyList<TraceEvent>[chosen.Count];
        await Parallel.ForAsync(
            0,
            chosen.Count,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, ct) => read[index] = LastAttempt(await traces.ReadWrittenAsync(run.RunId, chosen[index].TrialId, ct)));
        return chosen.Select((trial, index) => (trial.TrialId, Events: read[index])).ToDictionary(each => each.TrialId, each => each.Events);
    }

    private static IReadOnlyList<TraceEvent> LastAttempt(StoredTrace stored) => [.. stored.Events.Where(each => each.Attempt == stored.LastAttempt)];
}
