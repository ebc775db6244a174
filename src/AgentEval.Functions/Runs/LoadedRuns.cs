using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>
/// Run documents and shards, read once and kept while they are in use: neither ever changes. A run that works is asked for at every trial and never goes.
/// Others go when there are more than may work at a time, or when all together take more memory than <see cref="MostBytes"/>; what was asked for in the last
/// <see cref="InUseFor"/> stays even then, so that a run whose trials take long is read again once in that time at most.
/// </summary>
public sealed class LoadedRuns(RunStore runs, PlanStore plans, RunQueueOptions options, TimeProvider time)
{
    /// <summary>Some three suites of the largest kind (10 MB), or hundreds of usual ones.</summary>
    internal const long MostBytes = 256 * 1024 * 1024;

    internal static readonly TimeSpan InUseFor = TimeSpan.FromMinutes(2);

    /// <summary>Two at work, and those whose validation or progress is being read.</summary>
    private const int ShardsPerRun = 8;

    /// <summary>Every run that may work at a time, and one that somebody looks at.</summary>
    private readonly BoundedCache<string, LoadedRun> _runs = new(
        options.MaxActiveRuns + 1, new CacheBudget<LoadedRun>(MostBytes, run => run.EstimatedBytes, InUseFor, time));

    private readonly BoundedCache<(string RunId, int Shard), PlanShard> _shards = new(ShardsPerRun * (options.MaxActiveRuns + 1));

    /// <exception cref="StoredDocumentMissingException">The run was deleted.</exception>
    public Task<LoadedRun> GetAsync(string runId, CancellationToken cancellationToken) =>
        _runs.GetAsync(runId, LoadAsync).WaitAsync(cancellationToken);

    /// <exception cref="StoredDocumentMissingException">The run was deleted.</exception>
    public Task<PlanShard> GetShardAsync(string runId, int shard, CancellationToken cancellationToken) =>
        _shards.GetAsync((runId, shard), key => plans.ReadShardAsync(key.RunId, key.Shard, CancellationToken.None)).WaitAsync(cancellationToken);

    private async Task<LoadedRun> LoadAsync(string runId)
    {
        var document = await runs.ReadDocumentAsync(runId, CancellationToken.None);
        var text = await runs.ReadSuiteAsync(document, CancellationToken.None);
        var suite = Require(SuiteReader.Read(text.Span), "suite", runId);
        return new LoadedRun(
            document with { Suite = null },
            RequestOverrides.Apply(suite with { Source = [] }, document.RequestSettings),
            Require(AgentReader.Read(document.Agent), "agent", runId),
            Require(SettingsLayers.Resolve([document.Settings]), "settings", runId))
        {
            EstimatedBytes = LoadedRun.Estimate(text.Length, suite.Scenarios.Count),
        };
    }

    private static T Require<T>(ReadResult<T> read, string part, string runId)
        where T : class =>
        !read.Problems.HasErrors && read.Value is { } value
            ? value
            : throw new PermanentFailureException($"The {part} of run {runId} cannot be read by this version: {(read.Problems.HasErrors ? read.Problems.Errors[0].Message : "nothing was read")}");
}
