using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Activities;

/// <param name="PurgeId">The purge.</param>
/// <param name="Page">From 0.</param>
/// <param name="SkipBroken">It was tried long enough: a run whose removal cannot be started is passed over where those of others can.</param>
public sealed record PurgePageInput(string PurgeId, int Page, bool SkipBroken = false);

/// <summary>Starts the removal of a page of runs. One that is being removed, or is gone, is left alone.</summary>
public sealed partial class PurgePage(PurgeStore store, RunStore runs, RunDeletions deletions, ILogger<PurgePage> logger)
{
    internal const int MostRuns = 100;

    /// <exception cref="InvalidOperationException">Runs are left; the removal of all others has begun.</exception>
    [Function(nameof(PurgePage))]
    public async Task RunAsync([ActivityTrigger] PurgePageInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (await store.FindPageAsync(input.PurgeId, input.Page, cancellationToken) is not { } page)
        {
            return;
        }

        var broken = new List<(string RunId, Exception Failure)>();
        foreach (var runId in page.RunIds)
        {
            if (await TryStartAsync(runId, client, cancellationToken) is { } failure)
            {
                broken.Add((runId, failure));
            }
        }

        if (broken.Count > 0 && (!input.SkipBroken || broken.Count == page.RunIds.Count))
        {
            var (runId, failure) = broken[0];
            throw new InvalidOperationException($"{broken.Count} of {page.RunIds.Count} runs cannot be removed, the first of them {runId}: {failure.Message}", failure);
        }

        broken.ForEach(each => LogSkipped(each.RunId, input.PurgeId, each.Failure));
        await store.RemovePageAsync(input.PurgeId, input.Page, cancellationToken);
    }

    private async Task<Exception?> TryStartAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        try
        {
            if (await runs.FindAsync(runId, cancellationToken) is not null)
            {
                await deletions.StartAsync(runId, client, cancellationToken);
            }

            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return failure;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId} cannot be removed; the purge {PurgeId} passes it over")]
    private partial void LogSkipped(string runId, string purgeId, Exception failure);
}
