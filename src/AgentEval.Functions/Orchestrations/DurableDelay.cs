using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Waits in an orchestration. A durable timer may fire up to a second early, so the clock decides.</summary>
internal static class DurableDelay
{
    /// <summary>An orchestration is not over while a timer of its runs: cancel what is waited for in vain.</summary>
    /// <returns>False: <paramref name="stop"/> ended the wait.</returns>
    public static async Task<bool> WaitAsync(TaskOrchestrationContext context, TimeSpan delay, CancellationToken stop)
    {
        var until = context.CurrentUtcDateTime + delay;
        try
        {
            while (context.CurrentUtcDateTime < until)
            {
                await context.CreateTimer(until, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }

        return !stop.IsCancellationRequested;
    }
}
