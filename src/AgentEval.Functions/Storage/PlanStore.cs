using System.Runtime.CompilerServices;
using AgentEval.Core.Metrics;
using AgentEval.Core.Scenarios;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>The plan of a run, a blob per shard, and what each shard came to.</summary>
public sealed class PlanStore
{
    private readonly BlobContainerClient _container;
    private readonly BlobDocuments _documents;

    public PlanStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _container = connections.Blobs.GetBlobContainerClient(StorageNames.Plans);
        _documents = new BlobDocuments(_container);
    }

    public Task WriteShardAsync(string runId, PlanShard shard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(shard);
        return _documents.WriteAsync(StorageNames.PlanShard(runId, shard.Number), shard, cancellationToken);
    }

    /// <exception cref="StoredDocumentMissingException">The run was deleted.</exception>
    public Task<PlanShard> ReadShardAsync(string runId, int shard, CancellationToken cancellationToken) =>
        _documents.ReadAsync<PlanShard>(StorageNames.PlanShard(runId, shard), cancellationToken);

    /// <summary>Null: the run is not planned yet.</summary>
    public Task<PlanShard?> FindShardAsync(string runId, int shard, CancellationToken cancellationToken) =>
        _documents.FindAsync<PlanShard>(StorageNames.PlanShard(runId, shard), cancellationToken);

    public Task WriteSummaryAsync(string runId, int shard, ShardSummary summary, CancellationToken cancellationToken) =>
        _documents.WriteAsync(StorageNames.ShardSummary(runId, shard), summary, cancellationToken);

    /// <summary>The summaries written so far, in the order of their shards.</summary>
    private async IAsyncEnumerable<ShardSummary> ReadSummariesAsync(
        string runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, StorageNames.ShardSummaryPrefix(runId), cancellationToken))
        {
            yield return await _documents.ReadAsync<ShardSummary>(blob.Name, cancellationToken);
        }
    }

    public async Task<ShardSummary> MergeSummariesAsync(string runId, CancellationToken cancellationToken)
    {
        var summaries = new List<ShardSummary>();
        await foreach (var summary in ReadSummariesAsync(runId, cancellationToken))
        {
            summaries.Add(summary);
        }

        return ShardSummary.MergeAll(summaries);
    }
}
