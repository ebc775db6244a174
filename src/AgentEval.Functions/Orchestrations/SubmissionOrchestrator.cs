using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>
/// Turns the requests of a submission into runs, a slice at a time. Where the queue of runs is full it waits for room: what was accepted is never
/// refused for that. A request on which the app breaks gets some more tries.
/// </summary>
public static class SubmissionOrchestrator
{
    /// <summary>Then it starts over with an empty history.</summary>
    internal const int SlicesPerHistory = 100;

    /// <summary>For room in the queue, or before a request is tried again.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

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

            next = new SubmitSliceInput(next.SubmissionId, done.Next, (done.Next == next.First ? next.Broke : 0) + (done.IsBroken ? 1 : 0));
            if (done.IsQueueFull || done.IsBroken)
            {
                await DurableDelay.WaitAsync(context, Pause, CancellationToken.None);
            }
        }

        context.ContinueAsNew(next);
    }
}
