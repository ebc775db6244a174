using System.Runtime.CompilerServices;
using AgentEval.Core.Api;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Which runs a purge removes. Exactly one of the two is set.</summary>
/// <param name="OlderThan">Runs created before.</param>
/// <param name="KeepLast">All but the newest so many.</param>
public sealed record PurgeRule(DateTimeOffset? OlderThan, int? KeepLast);

/// <summary>Starts the removal of runs, each as an orchestration of its own.</summary>
public sealed class RunDeletions(RunStore runs)
{
    private const int PageSize = 500;

    public Task StartAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken) =>
        SingleInstance.StartAsync(client, nameof(DeleteRunOrchestrator), InstanceIds.Deletion(runId), new RunInput(runId), cancellationToken);

    /// <summary>The number of runs whose removal has begun. Runs that have not finished are left alone.</summary>
    public async Task<int> PurgeAsync(PurgeRule rule, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var started = 0;
        var seen = 0;
        await foreach (var run in ReadAsync(new RunFilter(null, null, null, null, rule.OlderThan), cancellationToken))
        {
            if (++seen > (rule.KeepLast ?? 0) && run.FinishedAt is not null)
            {
                await StartAsync(run.RunId, client, cancellationToken);
                started++;
            }
        }

        return started;
    }

    /// <summary>Of each suite and agent together, removes the finished runs beyond the newest <paramref name="count"/>.</summary>
    public async Task KeepPerSuiteAndAgentAsync(int count, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var kept = new Dictionary<(string Suite, string Agent), int>();
        await foreach (var run in ReadAsync(new RunFilter(null, null, null, null, null), cancellationToken))
        {
            var seen = kept[(run.Suite, run.Agent)] = kept.GetValueOrDefault((run.Suite, run.Agent)) + 1;
            if (seen > count && run.FinishedAt is not null)
            {
                await StartAsync(run.RunId, client, cancellationToken);
            }
        }
    }

    /// <summary>Newest first.</summary>
    private async IAsyncEnumerable<RunListItem> ReadAsync(RunFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await runs.ListAsync(filter, PageSize, cursor, cancellationToken);
            foreach (var run in page.Items)
            {
                yield return run;
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }
}
