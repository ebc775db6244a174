using System.Text.Json;
using AgentEval.Core.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <summary>JSON documents in a container.</summary>
internal sealed class BlobDocuments(BlobContainerClient container)
{
    private static readonly BlobHttpHeaders JsonHeaders = new() { ContentType = "application/json" };

    public Task WriteAsync<T>(string name, T document, CancellationToken cancellationToken) =>
        container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(document, AgentEvalJson.Options)),
            new BlobUploadOptions { HttpHeaders = JsonHeaders },
            cancellationToken);

    /// <summary>Null: there is no such blob.</summary>
    public async Task<T?> FindAsync<T>(string name, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var content = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<T>(content.Value.Content.ToMemory().Span, AgentEvalJson.Options);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    }

    /// <exception cref="StoredDocumentMissingException">There is no such blob.</exception>
    public async Task<T> ReadAsync<T>(string name, CancellationToken cancellationToken)
        where T : class =>
        await FindAsync<T>(name, cancellationToken) ?? throw new StoredDocumentMissingException($"{container.Name}/{name}");

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);
}
