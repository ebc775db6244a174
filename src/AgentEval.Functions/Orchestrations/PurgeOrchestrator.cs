using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Orchestrations;

/// <summary>
/// Chooses the runs a purge removes, then starts their removal a page at a time. A step that cannot be done, as in an outage of the storage account, is
/// tried again for a day.
/// </summary>
public static partial class PurgeOrchestrator
{
    /// <summary>Then it starts over with an empty history.</summary>
    internal const int StepsPerHistory = 50;

    /// <summary>About a day's.</summary>
    internal const int MostTries = 30;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    [Function(nameof(PurgeOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var purge = context.GetInput<PurgeInput>()!;
        for (var step = 0; step < StepsPerHistory; step++)
        {
            purge = await StepAsync(context, purge);
            if (purge.Page == purge.Pages)
            {
                return;
            }
        }

        context.ContinueAsNew(purge);
    }

    /// <summary>A page that is given up does not keep the others; without a plan there is nothing to go on with.</summary>
    private static async Task<PurgeInput> StepAsync(TaskOrchestrationContext context, PurgeInput purge)
    {
        try
        {
            return await TryStepAsync(context, purge);
        }
        catch (TaskFailedException) when (purge.Tries + 1 < MostTries)
        {
            await DurableDelay.WaitAsync(context, PauseAfter(purge.Tries), CancellationToken.None);
            return purge with { Tries = purge.Tries + 1 };
        }
        catch (TaskFailedException failure) when (purge.Pages is not null)
        {
            LogGivenUp(context.CreateReplaySafeLogger(nameof(PurgeOrchestrator)), purge.PurgeId, purge.Page, failure);
            return purge with { Page = purge.Page + 1, Tries = 0 };
        }
    }

    private static async Task<PurgeInput> TryStepAsync(TaskOrchestrationContext context, PurgeInput purge)
    {
        if (purge.Pages is null)
        {
            return purge with { Pages = await context.CallActivityAsync<int>(nameof(PlanPurge), purge, Retrying.Step), Tries = 0 };
        }

        await context.CallActivityAsync(nameof(PurgePage), new PurgePageInput(purge.PurgeId, purge.Page, SkipBroken: purge.Tries > 0), Retrying.Step);
        return purge with { Page = purge.Page + 1, Tries = 0 };
    }

    private static TimeSpan PauseAfter(int tries) => tries > 5 ? LongestPause : FirstPause * Math.Pow(2, tries);

    [LoggerMessage(Level = LogLevel.Error, Message = "The purge {PurgeId} gives up its page {Page}: none of its runs can be removed")]
    private static partial void LogGivenUp(ILogger logger, string purgeId, int page, Exception failure);
}
