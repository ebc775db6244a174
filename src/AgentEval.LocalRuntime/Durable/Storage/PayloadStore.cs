using AgentEval.LocalRuntime.Durable.History;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>Keeps payloads that are too large for a table row, as blobs below the id of their instance.</summary>
internal sealed class PayloadStore(BlobContainerClient container)
{
    /// <summary>Characters; a table property holds 32,768.</summary>
    private const int MaxLengthInRow = 30_000;

    public Task CreateAsync(CancellationToken cancellationToken) => container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    /// <param name="payloads">Those that are small, or moved already, stay as they are.</param>
    /// <param name="prefix">Makes the blobs' names unique: no name is ever written with two contents.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task MoveLargeOnesAsync(IEnumerable<Payload?> payloads, string prefix, CancellationToken cancellationToken)
    {
        var number = 0;
        foreach (var payload in payloads)
        {
            if (payload is not { Blob: null, Text.Length: > MaxLengthInRow })
                continue;
            var name = $"{prefix}-{number++}";
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(payload.Text), overwrite: true, cancellationToken);
            payload.MovedTo(name);
        }
    }

    public async Task ReadAsync(IEnumerable<Payload?> payloads, CancellationToken cancellationToken)
    {
        foreach (var payload in payloads)
        {
            if (payload is not { IsRead: false, Blob: { } name })
                continue;
            BlobDownloadResult blob = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            payload.Fill(blob.Content.ToString());
        }
    }

    public async Task DeleteAsync(string instanceId, CancellationToken cancellationToken)
    {
        await foreach (var blob in container.GetBlobsAsync(prefix: Prefix(instanceId), cancellationToken: cancellationToken))
            await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
    }

    public static string Prefix(string instanceId) => instanceId + "/";
}
