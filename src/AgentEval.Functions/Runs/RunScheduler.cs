using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Starts a run's orchestration, once: its instance id is the run id, and an instance in any state forbids another.</summary>
public sealed class RunScheduler
{
    private static readonly OrchestrationRuntimeStatus[] AnyStatus =
    [
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
    ];

    public async Task ScheduleAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunOrchestrator),
                new RunInput(runId),
                new StartOrchestrationOptions(runId).WithDedupeStatuses(AnyStatus),
                cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What kind of exception tells of the existing instance depends on the version of the host; that it exists is what counts.
            if (await client.GetInstanceAsync(runId, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
