using AgentEval.Functions.Runs;
using AgentEval.Functions.Submissions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary>
/// Timer, every minute: starts what is due in the schedules, goes on with submissions that were left behind, ends the runs whose orchestration died,
/// and starts what waits in the queue of runs without anybody to start it. A step that breaks does not hold up the others.
/// </summary>
public sealed class PeriodicEvaluations(ScheduledSubmissions schedules, AcceptedSubmissions accepted, LostRuns lost, RunQueue queue)
{
    [Function(nameof(PeriodicEvaluations))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        Independently.RunAsync(
            [
                () => schedules.StartDueAsync(client, cancellationToken),
                () => accepted.ContinueAllAsync(client, cancellationToken),
                () => lost.EndAsync(client, cancellationToken),
                () => queue.AdvanceAsync(client, cancellationToken),
            ],
            cancellationToken);
}
