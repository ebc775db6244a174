using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Starts the removal of a run, as an orchestration of its own.</summary>
public sealed class RunDeletions
{
    public Task StartAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken) =>
        SingleInstance.StartAsync(client, nameof(DeleteRunOrchestrator), InstanceIds.Deletion(runId), new RemovalInput(runId), cancellationToken);
}
