namespace AgentEval.Functions.Storage;

/// <summary>The runs a purge removes, chosen when it began.</summary>
public sealed record PurgeDocument
{
    public int SchemaVersion { get; init; } = 1;

    public required IReadOnlyList<string> RunIds { get; init; }
}

/// <summary>What purges at work are to remove, a blob each.</summary>
public sealed class PurgeStore
{
    private readonly BlobDocuments _documents;

    public PurgeStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _documents = new BlobDocuments(connections.Blobs.GetBlobContainerClient(StorageNames.Submissions));
    }

    public Task WriteAsync(string purgeId, PurgeDocument document, CancellationToken cancellationToken) =>
        _documents.WriteAsync(StorageNames.PurgeList(purgeId), document, cancellationToken);

    /// <summary>Null: the purge has ended.</summary>
    public Task<PurgeDocument?> FindAsync(string purgeId, CancellationToken cancellationToken) =>
        _documents.FindAsync<PurgeDocument>(StorageNames.PurgeList(purgeId), cancellationToken);

    public Task RemoveAsync(string purgeId, CancellationToken cancellationToken) =>
        _documents.DeleteAsync(StorageNames.PurgeList(purgeId), cancellationToken);
}
