using AgentEval.Functions.Runs;
using AgentEval.Functions.Submissions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary>Timer, every minute: starts what is due in the schedules, and what waits in the queue of runs without anybody to start it. A schedule that breaks does not hold up the queue.</summary>
public sealed class PeriodicEvaluations(ScheduledSubmissions schedules, RunQueue queue)
{
    [Function(nameof(PeriodicEvaluations))]
    public async Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            await schedules.StartDueAsync(client, cancellationToken);
        }
        finally
        {
            await queue.AdvanceAsync(client, cancellationToken);
        }
    }
}
