using System.Runtime.CompilerServices;
using AgentEval.Core.Api;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>Removes many runs: chooses them by their rows, and hands the rest to an orchestration.</summary>
public sealed class RunPurges(RunStore runs)
{
    /// <summary>Rows an answer waits for: some seconds of reading.</summary>
    internal const int MostCounted = 20_000;

    private const int PageSize = 1_000;

    /// <summary>A purge of this id that is at work is the same purge.</summary>
    public Task StartAsync(string purgeId, PurgeRule rule, DurableTaskClient client, CancellationToken cancellationToken) =>
        SingleInstance.StartAsync(client, nameof(PurgeOrchestrator), InstanceIds.Purge(purgeId), new PurgeInput(purgeId, rule), cancellationToken);

    /// <summary>How many runs a rule names now, counted no further than <see cref="MostCounted"/>.</summary>
    public async Task<PurgeView> CountAsync(PurgeRule rule, CancellationToken cancellationToken)
    {
        var (count, seen) = (0, 0);
        await foreach (var (_, isChosen) in JudgeAsync(rule, cancellationToken))
        {
            if (++seen > MostCounted)
            {
                return new PurgeView(count, IsComplete: false);
            }

            count += isChosen ? 1 : 0;
        }

        return new PurgeView(count, IsComplete: true);
    }

    /// <summary>The ids of the runs a rule names, the newest first.</summary>
    public async IAsyncEnumerable<string> ChooseAsync(PurgeRule rule, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (runId, isChosen) in JudgeAsync(rule, cancellationToken))
        {
            if (isChosen)
            {
                yield return runId;
            }
        }
    }

    private async IAsyncEnumerable<(string RunId, bool IsChosen)> JudgeAsync(PurgeRule rule, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var newer = 0;
        var newerAlike = new Dictionary<(string Suite, string Agent), int>();
        await foreach (var run in ReadAsync(rule, cancellationToken))
        {
            var alike = newerAlike.GetValueOrDefault((run.Suite, run.Agent));
            var isNamed = run.CreatedAt <= rule.OlderThan || newer >= rule.KeepLast || alike >= rule.KeepPerSuiteAndAgent;
            newer++;
            newerAlike[(run.Suite, run.Agent)] = alike + 1;
            yield return (run.RunId, isNamed && run.FinishedAt is not null);
        }
    }

    /// <summary>The newest first; those alone that are old enough, where nothing else counts.</summary>
    private async IAsyncEnumerable<RunListItem> ReadAsync(PurgeRule rule, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var countsAll = rule.KeepLast is not null || rule.KeepPerSuiteAndAgent is not null;
        var filter = new RunFilter(null, null, null, null, countsAll ? null : rule.OlderThan);
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
