using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Tells shards what is asked of them from outside their run's orchestration.</summary>
internal static class ShardEvents
{
    /// <summary>
    /// Tells every one of them. A shard that is not there yet, or has ended already, has nothing to be told: its trials read the run's row before
    /// they begin. The host refuses such an event, with an exception whose type differs between the flavours.
    /// </summary>
    /// <exception cref="Exception">A shard that is at work could not be told; the others were.</exception>
    public static Task SendAsync(IEnumerable<string> instanceIds, string message, DurableTaskClient client, CancellationToken cancellationToken) =>
        Independently.RunAsync(instanceIds.Select<string, Func<Task>>(id => () => SendAsync(id, message, client, cancellationToken)), cancellationToken);

    private static async Task SendAsync(string instanceId, string message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.RaiseEventAsync(instanceId, ControlEvents.Name, message, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
            {
                throw;
            }
        }
    }
}
