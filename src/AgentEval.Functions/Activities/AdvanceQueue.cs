using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <summary>A run has ended: the next one in the queue may start.</summary>
public sealed class AdvanceQueue(RunQueue queue)
{
    [Function(nameof(AdvanceQueue))]
    public Task RunAsync([ActivityTrigger] RunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        queue.AdvanceAsync(client, cancellationToken);
}
