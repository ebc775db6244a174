using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <summary>A run has ended: the next one in the queue may start. Where others were faster all the time, it is tried again.</summary>
public sealed class AdvanceQueue(RunQueue queue)
{
    [Function(nameof(AdvanceQueue))]
    public async Task RunAsync([ActivityTrigger] RunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!await queue.AdvanceAsync(client, cancellationToken))
        {
            throw new InvalidOperationException("The queue of runs is being changed by others all the time.");
        }
    }
}
