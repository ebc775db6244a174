using AgentEval.Core.Runs;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <param name="Row">The run after the operation; null: there is no such run.</param>
/// <param name="Conflict">Why nothing was done; null: it was.</param>
/// <param name="IsQueueFull">Nothing was done because the queue of runs has no room.</param>
public sealed record OperationResult(RunRow? Row, string? Conflict, bool IsQueueFull = false);

/// <summary>
/// Starts, pauses, resumes and cancels. The wish is written on the run's row, where every trial looks before it begins; an event wakes the
/// orchestrations that wait. Durable suspend and terminate are not used: they reach the parent only, never its shards.
/// </summary>
public sealed class RunOperator(RunStore runs, RunQueue queue, TimeProvider time)
{
    /// <summary>Its place in the queue comes first: a process that dies before the row is written leaves a created run, which can be started again.</summary>
    public async Task<OperationResult> StartAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (RunIds.IsValid(runId) && await runs.FindAsync(runId, cancellationToken) is { Status: RunStatus.Created } created)
        {
            if (await queue.IsFullAsync(cancellationToken) && await queue.FindPositionAsync(runId, cancellationToken) is null)
            {
                return new OperationResult(created, null, IsQueueFull: true);
            }

            await queue.EnterAsync(runId, time.GetUtcNow(), cancellationToken);
        }

        var result = await ChangeAsync(
            runId,
            row => row.Status == RunStatus.Created ? row with { Status = RunStatus.Queued } : null,
            row => row.Status is RunStatus.Queued or RunStatus.Running ? null : $"The run is {RunRow.Name(row.Status)}; only a created run can be started.",
            cancellationToken);
        if (result is { Row.Status: RunStatus.Queued, Conflict: null })
        {
            await queue.AdvanceAsync(client, cancellationToken);
        }

        return result;
    }

    public Task<OperationResult> PauseAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken) => ChangeAsync(
        runId,
        row => row.Status is RunStatus.Queued or RunStatus.Running ? row with { Control = RunControl.Pause, Status = RunStatus.Paused } : null,
        row => row.Status == RunStatus.Paused ? null : $"The run is {RunRow.Name(row.Status)}; only a queued or running run can be paused.",
        cancellationToken);

    public async Task<OperationResult> ResumeAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var result = await ChangeAsync(
            runId,
            row => row.Status == RunStatus.Paused ? row with { Control = RunControl.None, Status = row.StartedAt is null ? RunStatus.Queued : RunStatus.Running } : null,
            row => row.Status is RunStatus.Queued or RunStatus.Running ? null : $"The run is {RunRow.Name(row.Status)}; only a paused run can be resumed.",
            cancellationToken);
        if (result is { Row: not null, Conflict: null } && !await TellShardsAsync(runId, ControlEvents.Wake, client, cancellationToken))
        {
            await queue.AdvanceAsync(client, cancellationToken);
        }

        return result;
    }

    /// <summary>A run without an orchestration is cancelled at once, in one write; another one is asked to end, and so are its shards.</summary>
    public async Task<OperationResult> CancelAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var begun = RunIds.IsValid(runId) && await client.GetInstanceAsync(runId, cancellationToken) is not null;
        var result = await ChangeAsync(
            runId,
            row => row switch
            {
                _ when row.Status.IsFinished() => null,
                { StartedAt: null } when !begun => row with { Status = RunStatus.Cancelled, Control = RunControl.Cancel, FinishedAt = time.GetUtcNow(), Message = "Cancelled before it was started." },
                _ => row with { Control = RunControl.Cancel },
            },
            row => $"The run is {RunRow.Name(row.Status)} already.",
            cancellationToken);
        if (result is { Row.Status: RunStatus.Cancelled, Conflict: null })
        {
            await queue.LeaveAsync(runId, cancellationToken);
        }
        else if (result is { Row: not null, Conflict: null })
        {
            await TellShardsAsync(runId, ControlEvents.StopPrefix + StopReasons.Cancelled, client, cancellationToken);
        }

        return result;
    }

    /// <summary>The run itself broke: its row says so and why, and what still works ends as if it were cancelled. A run that has finished stays as it is.</summary>
    internal Task<RunRow?> FailAsync(string runId, string message, CancellationToken cancellationToken) => runs.UpdateAsync(
        runId,
        row => row.Status.IsFinished() ? null : row with { Status = RunStatus.Failed, Control = RunControl.Cancel, FinishedAt = time.GetUtcNow(), Message = message },
        cancellationToken);

    /// <summary>When <paramref name="change"/> leaves the row, <paramref name="refusal"/> says whether that is a conflict or merely already so.</summary>
    private async Task<OperationResult> ChangeAsync(
        string runId, Func<RunRow, RunRow?> change, Func<RunRow, string?> refusal, CancellationToken cancellationToken)
    {
        if (!RunIds.IsValid(runId))
        {
            return new OperationResult(null, null);
        }

        var changed = false;
        var row = await runs.UpdateAsync(
            runId,
            current =>
            {
                var next = change(current);
                changed = next is not null;
                return next;
            },
            cancellationToken);
        return new OperationResult(row, row is null || changed ? null : refusal(row));
    }

    /// <summary>False: the run has no orchestration yet.</summary>
    private static async Task<bool> TellShardsAsync(string runId, string message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken);
        if (instance is null)
        {
            return false;
        }

        await ShardEvents.SendAsync(RunNotes.ShardsAtWork(runId, instance), message, client, cancellationToken);
        return true;
    }
}
