using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Storage;

/// <summary>
/// The one place that opens storage. What the app stores lies in the account that <c>AgentEval:Storage</c> names (default <c>AzureWebJobsStorage</c>); the
/// queues lie in <c>AzureWebJobsStorage</c> whatever that says, for there the queue trigger looks, as does the task hub.
/// </summary>
public sealed class StorageConnections
{
    private const string HostSetting = "AzureWebJobsStorage";

    /// <exception cref="InvalidOperationException">There is no account, or a setting of it cannot be meant; the message names the setting and the remedy.</exception>
    public StorageConnections(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var host = new StorageConnection(configuration, HostSetting);
        var own = configuration["AgentEval:Storage"] is { Length: > 0 } name && name != HostSetting ? new StorageConnection(configuration, name) : host;
        Blobs = own.OpenBlobs();
        Tables = own.OpenTables();
        Queues = host.OpenQueues();
    }

    public BlobServiceClient Blobs { get; }

    public TableServiceClient Tables { get; }

    /// <summary>Where messages are put for the app to read: always the host's account.</summary>
    public QueueServiceClient Queues { get; }
}
