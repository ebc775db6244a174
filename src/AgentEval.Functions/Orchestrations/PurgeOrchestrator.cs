using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Chooses the runs a purge removes, then starts their removal a page at a time.</summary>
public static class PurgeOrchestrator
{
    /// <summary>Then it starts over with an empty history.</summary>
    internal const int PagesPerHistory = 100;

    [Function(nameof(PurgeOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var purge = context.GetInput<PurgeInput>()!;
        if (purge.First is not { } first)
        {
            await context.CallActivityAsync<int>(nameof(PlanPurge), purge, Retrying.Step);
            first = 0;
        }

        for (var page = 0; page < PagesPerHistory; page++)
        {
            var done = await context.CallActivityAsync<PurgePageOutput>(nameof(PurgePage), new PurgePageInput(purge.PurgeId, first), Retrying.Step);
            if (done.IsLast)
            {
                return;
            }

            first = done.Next;
        }

        context.ContinueAsNew(purge with { First = first });
    }
}
