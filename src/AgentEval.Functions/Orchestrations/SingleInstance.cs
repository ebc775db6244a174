using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Starts an orchestration unless one of its id is at work.</summary>
internal static class SingleInstance
{
    private static readonly OrchestrationRuntimeStatus[] AtWork =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    public static async Task StartAsync(DurableTaskClient client, string orchestrator, string instanceId, object input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await IsAtWorkAsync(client, instanceId, cancellationToken))
        {
            return;
        }

        try
        {
            var options = new StartOrchestrationOptions(instanceId).WithDedupeStatuses(AtWork);
            await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Somebody else may have been faster; how the host says so depends on its version.
            if (!await IsAtWorkAsync(client, instanceId, cancellationToken))
            {
                throw;
            }
        }
    }

    private static async Task<bool> IsAtWorkAsync(DurableTaskClient client, string instanceId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false };
}
