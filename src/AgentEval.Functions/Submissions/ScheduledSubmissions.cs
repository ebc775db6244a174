using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Schedules;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// Starts what is due. The run's id derives from the schedule and the time it is due, so however many processes tick, and however often, each
/// due time has one run. A schedule that breaks does not hold up the others.
/// </summary>
public sealed partial class ScheduledSubmissions(ScheduleStore schedules, SubmissionService submissions, TimeProvider time, ILogger<ScheduledSubmissions> logger)
{
    private const string Missed =
        "The time was missed: the app did not run, or the queue of runs was full, for minutes after it. With catchUp: once a missed time is made up for.";

    public async Task StartDueAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var all = await schedules.ListAsync(cancellationToken);
        await Independently.RunAsync(all.Select<StoredSchedule, Func<Task>>(stored => () => StartIfDueAsync(stored, client, cancellationToken)), cancellationToken);
    }

    private async Task StartIfDueAsync(StoredSchedule stored, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (ScheduleReader.Read(stored.Document).Value is not { } schedule)
        {
            LogUnreadable(stored.Name);
            return;
        }

        if (ScheduleClock.FindLatest(schedule, stored.DealtWith, now) is not { } latest)
        {
            return;
        }

        if (!schedule.Enabled)
        {
            await schedules.AdvanceAsync(stored, latest, last: null, cancellationToken);
        }
        else if (ScheduleClock.FindDue(schedule, stored.DealtWith, now) is not { } due)
        {
            LogMissed(stored.Name, latest);
            await schedules.AdvanceAsync(stored, latest, new ScheduledRun(latest, null, Missed), cancellationToken);
        }
        else if (await TryStartAsync(stored.Name, schedule, due, client, cancellationToken) is { } last)
        {
            await schedules.AdvanceAsync(stored, latest, last, cancellationToken);
        }
    }

    /// <summary>Null: the queue of runs is full, and the next tick tries again. What can never start is told, and let go.</summary>
    private async Task<ScheduledRun?> TryStartAsync(string name, Schedule schedule, DateTimeOffset due, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var read = RunRequestReader.Read(schedule.Run.DeepClone());
        if (read.Value is null || read.Problems.HasErrors)
        {
            return Refused(name, due, read.Problems);
        }

        var runId = RunIds.Derive(due, $"schedule/{name}");
        var origin = new SubmissionOrigin("timer", null, Start: true, runId, WaitsForRoom: true);
        var outcome = await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken);
        return outcome switch
        {
            { Refusal.Status: 429 } => null,
            { Refusal: { } refusal, IsDeleted: false } => Refused(name, due, refusal.ToProblems()),
            _ => new ScheduledRun(due, runId, null),
        };
    }

    private ScheduledRun Refused(string name, DateTimeOffset due, ProblemList problems)
    {
        var first = problems.Errors[0];
        var reason = first.Path.Length == 0 ? first.Message : $"{first.Path}: {first.Message}";
        LogRefused(name, due, reason);
        return new ScheduledRun(due, null, reason);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The schedule {Name} cannot be read by this version")]
    private partial void LogUnreadable(string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedule {Name} missed the time {Due}, and makes up for none (catchUp: skip)")]
    private partial void LogMissed(string name, DateTimeOffset due);

    [LoggerMessage(Level = LogLevel.Error, Message = "The schedule {Name} was due at {Due}, but its run was refused: {Reason}")]
    private partial void LogRefused(string name, DateTimeOffset due, string reason);
}
