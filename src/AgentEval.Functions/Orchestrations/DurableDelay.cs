using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Waits in an orchestration. A durable timer may fire up to a second early, so the clock decides.</summary>
internal static class DurableDelay
{
    public static async Task WaitAsync(TaskOrchestrationContext context, TimeSpan delay)
    {
        var until = context.CurrentUtcDateTime + delay;
        while (context.CurrentUtcDateTime < until)
        {
            await context.CreateTimer(until, CancellationToken.None);
        }
    }
}
