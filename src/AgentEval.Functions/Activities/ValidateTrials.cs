using System.Text.Encodings.Web;
using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Stop">Why trials of it were not started; null: all were.</param>
/// <param name="Broken">Trials and replays whose execution could not be brought to an end.</param>
public sealed record ValidateTrialsInput(string RunId, int Shard, string? Stop, IReadOnlyList<BrokenTrial> Broken);

/// <param name="Index">The trial's place in the shard.</param>
/// <param name="Message">What went wrong, at most 200 bytes as JSON: fifty of them have to fit a history.</param>
/// <param name="Replay">It was the replay that broke.</param>
public sealed record BrokenTrial(int Index, string Message, bool Replay)
{
    private const int MaxMessageBytes = 200;

    internal static BrokenTrial From(int index, TaskFailedException failure, bool replay) => new(index, Cut(failure.FailureDetails.ErrorMessage), replay);

    private static string Cut(string message)
    {
        var (length, bytes) = (0, 0);
        foreach (var rune in message.EnumerateRunes())
        {
            bytes += JavaScriptEncoder.Default.Encode(rune.ToString()).Length;
            if (bytes > MaxMessageBytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return message[..length];
    }
}

/// <summary>
/// The fan-in of a shard: reads what was recorded, judges it, writes the rows of trials and violations and the shard's summary, and looks
/// whether the run may go on. Repeated, it writes the same again.
/// </summary>
public sealed partial class ValidateTrials(
    LoadedRuns runs, TrialRecords records, TrialStore trials, ViolationStore violations, PlanStore plans, TraceStore traces, RunStore rows, ILogger<ValidateTrials> logger)
{
    private const int ReadsAtOnce = 8;

    [Function(nameof(ValidateTrials))]
    public async Task<ShardOutcome> RunAsync([ActivityTrigger] ValidateTrialsInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var run = await runs.GetAsync(input.RunId, cancellationToken);
        var shard = await runs.GetShardAsync(input.RunId, input.Shard, cancellationToken);
        var judged = await JudgeAsync(run, shard, input, cancellationToken);
        foreach (var broken in input.Broken.Where(each => each.Replay))
        {
            LogReplayBroken(run.RunId, shard.Trials[broken.Index].TrialId, broken.Message);
        }

        await WriteRowsAsync(run.RunId, judged, cancellationToken);
        var summary = ShardSummary.From(
            judged.Select(each => each.Judged.Trial),
            judged.SelectMany(each => each.Judged.Violations),
            judged.Sum(each => each.Judged.EventsExamined),
            judged.Select(each => each.Replay).OfType<ReplayComparison>(),
            judged.Count(each => each.MissesReplay));
        await plans.WriteSummaryAsync(run.RunId, input.Shard, summary, cancellationToken);
        var stop = input.Stop ?? await FindStopAsync(run, cancellationToken);
        return new ShardOutcome(Count(judged), stop);
    }

    private async Task<IReadOnlyList<RecordedTrial>> JudgeAsync(LoadedRun run, PlanShard shard, ValidateTrialsInput input, CancellationToken cancellationToken)
    {
        var broken = input.Broken.Where(each => !each.Replay).ToDictionary(each => each.Index, each => each.Message);
        var judged = new RecordedTrial[shard.Trials.Count];
        await Parallel.ForAsync(
            0,
            judged.Length,
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken },
            async (index, ct) => judged[index] = await JudgeOneAsync(run, shard.Trials[index], input.Stop, broken.GetValueOrDefault(index), ct));
        return judged;
    }

    private async Task<RecordedTrial> JudgeOneAsync(
        LoadedRun run, PlannedTrial planned, string? stop, string? broken, CancellationToken cancellationToken)
    {
        var stored = await traces.ReadWrittenAsync(run.RunId, planned.TrialId, cancellationToken);
        var judged = stored.IsFinished
            ? TrialRecords.Judge(run, planned, stored)
            : await records.DescribeUnfinishedAsync(run, planned, stored, stop, broken, cancellationToken);
        if (!planned.Replay || !judged.Trial.Status.IsScored())
        {
            return new RecordedTrial(judged, null, MissesReplay: false);
        }

        var replay = await traces.ReadWrittenReplayAsync(run.RunId, planned.TrialId, cancellationToken);
        return replay.Status is not (null or TrialStatus.Cancelled)
            ? new RecordedTrial(judged, ReplayComparer.Compare(stored.Events, replay.Events, run.Settings.Replay), MissesReplay: false)
            : new RecordedTrial(judged, null, MissesReplay: true);
    }

    private async Task WriteRowsAsync(string runId, IReadOnlyList<RecordedTrial> judged, CancellationToken cancellationToken)
    {
        await trials.UpsertAsync(runId, judged.Select(each => each.Judged.Trial), cancellationToken);
        foreach (var each in judged.Where(each => each.Judged.Violations.Count > 0))
        {
            await violations.UpsertAsync(runId, each.Judged.Trial, each.Judged.Violations, cancellationToken);
        }
    }

    /// <summary>The limits of the run, over everything that has been summarised so far.</summary>
    private async Task<string?> FindStopAsync(LoadedRun run, CancellationToken cancellationToken)
    {
        var row = await rows.FindAsync(run.RunId, cancellationToken);
        if (row is null or { Control: RunControl.Cancel })
        {
            return StopReasons.Cancelled;
        }

        var budget = run.Settings.Budget;
        var limited = budget.Tokens is not null || budget.CostUsd is not null || budget.Seconds is not null;
        if (!limited && !run.Settings.Execution.StopEarly)
        {
            return null;
        }

        var soFar = await plans.MergeSummariesAsync(run.RunId, cancellationToken);
        if (run.Settings.Execution.StopEarly && !GateEvaluator.CanStillPass(run.Settings.Gate, soFar, row.TotalTrials))
        {
            return StopReasons.GateUnreachable;
        }

        return limited && records.ExceedsBudget(run, row, soFar) ? StopReasons.BudgetExceeded : null;
    }

    private static TrialCounts Count(IReadOnlyList<RecordedTrial> judged) => judged.Aggregate(
        TrialCounts.None, (counts, each) => counts.Add(RunRow.Name(each.Judged.Trial.Status), each.Judged.Trial.Seconds ?? 0));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId}: {TrialId} could not be replayed: {Reason}")]
    private partial void LogReplayBroken(string runId, string trialId, string reason);

    private sealed record RecordedTrial(JudgedTrial Judged, ReplayComparison? Replay, bool MissesReplay);
}
