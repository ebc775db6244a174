using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Runs;

/// <summary>Run documents and shards, read once and kept while they are in use: neither ever changes.</summary>
public sealed class LoadedRuns(RunStore runs, PlanStore plans, RunQueueOptions options)
{
    /// <summary>Two at work, and those whose validation or progress is being read.</summary>
    private const int ShardsPerRun = 8;

    /// <summary>Every run that may work at a time, and one that somebody looks at.</summary>
    private readonly BoundedCache<string, LoadedRun> _runs = new(options.MaxActiveRuns + 1);
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
        var suite = Require(SuiteReader.Read((await runs.ReadSuiteAsync(document, CancellationToken.None)).Span), "suite", runId);
        return new LoadedRun(
            document with { Suite = null },
            RequestOverrides.Apply(suite with { Source = [] }, document.RequestSettings),
            Require(AgentReader.Read(document.Agent), "agent", runId),
            Require(SettingsLayers.Resolve([document.Settings]), "settings", runId));
    }

    private static T Require<T>(ReadResult<T> read, string part, string runId)
        where T : class =>
        !read.Problems.HasErrors && read.Value is { } value
            ? value
            : throw new PermanentFailureException($"The {part} of run {runId} cannot be read by this version: {(read.Problems.HasErrors ? read.Problems.Errors[0].Message : "nothing was read")}");
}
