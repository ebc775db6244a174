using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <summary>Cancels a run and tells whether its orchestrations have ended: of a run that broke, a shard may still be at work.</summary>
public sealed class StopRun(RunOperator operate)
{
    [Function(nameof(StopRun))]
    public async Task<bool> RunAsync([ActivityTrigger] RunInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(client);
        await operate.CancelAsync(input.RunId, client, cancellationToken);
        var instance = await client.GetInstanceAsync(input.RunId, cancellationToken);
        return instance is not { IsCompleted: false } && (await LiveShards.FindAsync(input.RunId, client, cancellationToken)).Count == 0;
    }
}
