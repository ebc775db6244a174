using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>The rendered reports of finished runs.</summary>
public sealed class ReportStore
{
    private readonly BlobContainerClient _container;

    public ReportStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _container = connections.Blobs.GetBlobContainerClient(StorageNames.Reports);
    }

    public Task WriteAsync(string runId, string fileName, string contentType, string content, CancellationToken cancellationToken) =>
        _container.GetBlobClient(StorageNames.Report(runId, fileName)).UploadAsync(
            BinaryData.FromString(content), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType } }, cancellationToken);

    /// <summary>Null: there is none yet.</summary>
    public async Task<BinaryData?> FindAsync(string runId, string fileName, CancellationToken cancellationToken)
    {
        try
        {
            var content = await _container.GetBlobClient(StorageNames.Report(runId, fileName)).DownloadContentAsync(cancellationToken);
            return content.Value.Content;
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    }
}
