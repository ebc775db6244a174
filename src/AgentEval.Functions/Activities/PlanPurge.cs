using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <summary>Chooses the runs a purge removes and writes them down; gives their number. Only rows are read.</summary>
public sealed class PlanPurge(RunPurges purges, PurgeStore store)
{
    [Function(nameof(PlanPurge))]
    public async Task<int> RunAsync([ActivityTrigger] PurgeInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var runIds = new List<string>();
        await foreach (var runId in purges.ChooseAsync(input.Rule, cancellationToken))
        {
            runIds.Add(runId);
        }

        await store.WriteAsync(input.PurgeId, new PurgeDocument { RunIds = runIds }, cancellationToken);
        return runIds.Count;
    }
}
