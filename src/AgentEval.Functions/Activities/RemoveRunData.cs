using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.Functions.Activities;

/// <summary>Removes the blobs and rows of a run; its row last, so that what was interrupted can be seen and asked again.</summary>
public sealed class RemoveRunData(RunRemover remover)
{
    [Function(nameof(RemoveRunData))]
    public Task RunAsync([ActivityTrigger] RunInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return remover.RemoveAsync(input.RunId, cancellationToken);
    }
}
