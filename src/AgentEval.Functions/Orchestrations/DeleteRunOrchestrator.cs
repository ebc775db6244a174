using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Removes a run: stops it, waits until nothing of it works any more, then removes its instances, blobs and rows.</summary>
public static class DeleteRunOrchestrator
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    [Function(nameof(DeleteRunOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<RunInput>()!;
        while (!await context.CallActivityAsync<bool>(nameof(StopRun), run, Retrying.Step))
        {
            await DurableDelay.WaitAsync(context, AskEvery, CancellationToken.None);
        }

        await context.CallActivityAsync(nameof(PurgeInstances), run, Retrying.Step);
        await context.CallActivityAsync(nameof(RemoveRunData), run, Retrying.Step);
    }
}
