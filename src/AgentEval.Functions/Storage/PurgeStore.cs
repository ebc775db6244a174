using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>A page of the runs a purge removes, chosen when it began.</summary>
public sealed record PurgeDocument
{
    public int SchemaVersion { get; init; } = 1;

    public required IReadOnlyList<string> RunIds { get; init; }
}

/// <summary>What purges at work are to remove, a blob for each page.</summary>
public sealed class PurgeStore
{
    private readonly BlobContainerClient _container;
    private readonly BlobDocuments _documents;

    public PurgeStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _container = connections.Blobs.GetBlobContainerClient(StorageNames.Submissions);
        _documents = new BlobDocuments(_container);
    }

    /// <param name="purgeId">The purge.</param>
    /// <param name="page">From 0.</param>
    /// <param name="document">Its runs.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task WritePageAsync(string purgeId, int page, PurgeDocument document, CancellationToken cancellationToken) =>
        _documents.WriteAsync(StorageNames.PurgePage(purgeId, page), document, cancellationToken);

    /// <summary>Null: the page is done.</summary>
    public Task<PurgeDocument?> FindPageAsync(string purgeId, int page, CancellationToken cancellationToken) =>
        _documents.FindAsync<PurgeDocument>(StorageNames.PurgePage(purgeId, page), cancellationToken);

    public Task RemovePageAsync(string purgeId, int page, CancellationToken cancellationToken) =>
        _documents.DeleteAsync(StorageNames.PurgePage(purgeId, page), cancellationToken);

    /// <summary>The purges that have pages left.</summary>
    public async IAsyncEnumerable<string> ReadIdsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (var page in ListAsync(StorageNames.PurgesPrefix, cancellationToken))
        {
            var purgeId = StorageNames.PurgeIdOf(page);
            if (purgeId != last)
            {
                last = purgeId;
                yield return purgeId;
            }
        }
    }

    /// <summary>Removes every page of a purge.</summary>
    public async Task RemoveAsync(string purgeId, CancellationToken cancellationToken)
    {
        await foreach (var page in ListAsync(StorageNames.PurgePrefix(purgeId), cancellationToken))
        {
            await _documents.DeleteAsync(page, cancellationToken);
        }
    }

    private async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
        {
            yield return blob.Name;
        }
    }
}
