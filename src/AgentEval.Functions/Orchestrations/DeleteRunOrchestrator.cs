using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>
/// Removes a run: stops it, waits until nothing of it works any more, then removes its instances, blobs and rows. What has not ended by itself after an
/// hour, which no activity outlasts, is terminated.
/// </summary>
public static class DeleteRunOrchestrator
{
    /// <summary>Then it starts over with an empty history.</summary>
    internal const int AsksPerHistory = 50;

    /// <summary>After about an hour.</summary>
    internal const int PatientAsks = 65;

    /// <summary>So many asks lie between two terminations: six minutes at least.</summary>
    internal const int AsksPerTermination = 10;

    /// <summary>After about a day it fails: the run's row is still there, and its removal may be asked for again.</summary>
    internal const int MostAsks = 1_450;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    [Function(nameof(DeleteRunOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var removal = context.GetInput<RemovalInput>()!;
        var (asked, mayTerminateAt) = (removal.Asked, removal.MayTerminateAt);
        while (await StopAsync(context, removal.RunId, asked, mayTerminateAt) is { IsEnded: false } stopped)
        {
            mayTerminateAt = stopped.HasTerminated ? asked + AsksPerTermination : mayTerminateAt;
            if (++asked == MostAsks)
            {
                throw new TimeoutException($"Run {removal.RunId} was not removed: for a day its instances have not ended, although they were terminated. Delete it again.");
            }

            await DurableDelay.WaitAsync(context, PauseAfter(asked), CancellationToken.None);
            if (asked - removal.Asked == AsksPerHistory)
            {
                context.ContinueAsNew(removal with { Asked = asked, MayTerminateAt = mayTerminateAt });
                return;
            }
        }

        await context.CallActivityAsync(nameof(PurgeInstances), new RunInput(removal.RunId), Retrying.Step);
        await context.CallActivityAsync(nameof(RemoveRunData), new RunInput(removal.RunId), Retrying.Step);
    }

    private static Task<StopRunOutput> StopAsync(TaskOrchestrationContext context, string runId, int asked, int mayTerminateAt) =>
        context.CallActivityAsync<StopRunOutput>(
            nameof(StopRun), new StopRunInput(runId, MayTerminate: asked >= mayTerminateAt, IsOverdue: asked >= PatientAsks), Retrying.Step);

    private static TimeSpan PauseAfter(int asked) => asked > 5 ? LongestPause : FirstPause * Math.Pow(2, asked - 1);
}
