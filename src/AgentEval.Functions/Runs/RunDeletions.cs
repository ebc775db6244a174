using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Starts the removal of a run, as an orchestration of its own. From then on no submission is answered with the run any more.</summary>
public sealed class RunDeletions(IdempotencyStore idempotency, TimeProvider time)
{
    public async Task StartAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await SingleInstance.StartAsync(client, nameof(DeleteRunOrchestrator), InstanceIds.Deletion(runId), new RemovalInput(runId), cancellationToken);
        await idempotency.MarkRemovedAsync(runId, time.GetUtcNow(), cancellationToken);
    }
}
