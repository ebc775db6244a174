using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Schedules;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Submissions;

/// <summary>What is told of schedules.</summary>
public sealed class ScheduleViews(SubmissionService submissions, TimeProvider time)
{
    public ScheduleView Of(StoredSchedule stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var schedule = ScheduleReader.Read(stored.Document).Value;
        return new ScheduleView(stored.Name, stored.Document) { Next = NextOf(schedule), Last = stored.Last };
    }

    /// <summary>With what its run would be refused for, if it were due now: that may be mended until it is.</summary>
    public async Task<ScheduleView> OfNewAsync(string name, ReadResult<Schedule> read, JsonObject document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        var run = RunRequestReader.Read(read.Value!.Run.DeepClone());
        var refused = new ProblemList();
        refused.AddRange((await submissions.CheckAsync(run.Value!, run.Problems, cancellationToken)).Problems, "run");
        return new ScheduleView(name, document) { Next = NextOf(read.Value), Warnings = [.. read.Problems.Warnings, .. refused.Errors] };
    }

    private DateTimeOffset? NextOf(Schedule? schedule) => schedule is { Enabled: true } ? ScheduleClock.FindNext(schedule, time.GetUtcNow()) : null;
}
