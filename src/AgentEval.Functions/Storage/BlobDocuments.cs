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
    public async Task<ReadOnlyMemory<byte>?> FindBytesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await container.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content.ToMemory();
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Null: there is no such blob.</summary>
    public async Task<T?> FindAsync<T>(string name, CancellationToken cancellationToken)
        where T : class =>
        await FindBytesAsync(name, cancellationToken) is { } bytes ? JsonSerializer.Deserialize<T>(bytes.Span, AgentEvalJson.Options) : null;

    /// <exception cref="StoredDocumentMissingException">There is no such blob.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadBytesAsync(string name, CancellationToken cancellationToken) =>
        await FindBytesAsync(name, cancellationToken) ?? throw Missing(name);

    /// <exception cref="StoredDocumentMissingException">There is no such blob.</exception>
    public async Task<T> ReadAsync<T>(string name, CancellationToken cancellationToken)
        where T : class =>
        await FindAsync<T>(name, cancellationToken) ?? throw Missing(name);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        container.GetBlobClient(name).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    private StoredDocumentMissingException Missing(string name) => new($"{container.Name}/{name}");
}
