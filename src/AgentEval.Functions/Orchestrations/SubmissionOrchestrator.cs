using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Turns the requests of a submission into runs, a slice at a time. Where the queue of runs is full it waits for room: what was accepted is never refused for that.</summary>
public static class SubmissionOrchestrator
{
    /// <summary>Then it starts over with an empty history.</summary>
    internal const int SlicesPerHistory = 100;

    internal static readonly TimeSpan WaitForRoom = TimeSpan.FromSeconds(30);

    [Function(nameof(SubmissionOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var next = context.GetInput<SubmitSliceInput>()!;
        for (var slice = 0; slice < SlicesPerHistory; slice++)
        {
            var done = await context.CallActivityAsync<SubmitSliceOutput>(nameof(SubmitSlice), next, Retrying.Step);
            if (done.IsLast)
            {
                return;
            }

            next = next with { First = done.Next };
            if (done.IsQueueFull)
            {
                await DurableDelay.WaitAsync(context, WaitForRoom, CancellationToken.None);
            }
        }

        context.ContinueAsNew(next);
    }
}
