using Azure;
using Azure.Storage.Blobs.Models;

namespace AgentEval.Functions.Storage;

/// <param name="Length">In bytes.</param>
/// <param name="Content">Null: it is too long to be read.</param>
public sealed record SubmissionFile(long Length, ReadOnlyMemory<byte>? Content);

/// <summary>Blobs of the container <c>submissions</c> that senders of messages put there.</summary>
public sealed class SubmissionFiles(StorageConnections connections)
{
    /// <summary>As for a suite that is sent to the API.</summary>
    public const long MaxBytes = 10_000_000;

    private const string ContainerPrefix = StorageNames.Submissions + "/";

    /// <param name="name">With the container's name before it, or without.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null: there is none of that name.</returns>
    public async Task<SubmissionFile?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        var path = name.StartsWith(ContainerPrefix, StringComparison.Ordinal) ? name[ContainerPrefix.Length..] : name;
        if (path.Length == 0 || path.Split('/', '\\').Any(segment => segment is "." or ".."))
        {
            return null;
        }

        try
        {
            var blob = connections.Blobs.GetBlobContainerClient(StorageNames.Submissions).GetBlobClient(path);
            var properties = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            if (properties.ContentLength > MaxBytes)
            {
                return new SubmissionFile(properties.ContentLength, null);
            }

            // Only what was measured is read: a blob written again in between comes with the next delivery.
            var measured = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = properties.ETag } };
            var content = await blob.DownloadContentAsync(measured, cancellationToken);
            return new SubmissionFile(properties.ContentLength, content.Value.Content.ToMemory());
        }
        catch (RequestFailedException failure) when (failure.Status is 404 or 400)
        {
            return null;
        }
    }
}
