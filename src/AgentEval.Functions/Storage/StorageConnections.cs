using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Storage;

/// <summary>
/// The one place that opens the storage account. <c>AgentEval:Storage</c> names the setting that holds it (default <c>AzureWebJobsStorage</c>):
/// a connection string, or <c>{name}__accountName</c> for the app's identity, with <c>{name}__blobServiceUri</c> and its like winning over the derived addresses.
/// </summary>
public sealed class StorageConnections
{
    private const string DefaultSetting = "AzureWebJobsStorage";

    private readonly IConfiguration _configuration;
    private readonly string _setting;

    public StorageConnections(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        _setting = configuration["AgentEval:Storage"] is { Length: > 0 } name ? name : DefaultSetting;
        if (configuration[_setting] is { Length: > 0 } connectionString)
        {
            Blobs = new BlobServiceClient(connectionString);
            Tables = new TableServiceClient(connectionString);
            Queues = new QueueServiceClient(connectionString);
            return;
        }

        TokenCredential credential = new DefaultAzureCredential();
        Blobs = new BlobServiceClient(ServiceUri("blob"), credential);
        Tables = new TableServiceClient(ServiceUri("table"), credential);
        Queues = new QueueServiceClient(ServiceUri("queue"), credential);
    }

    public BlobServiceClient Blobs { get; }

    public TableServiceClient Tables { get; }

    public QueueServiceClient Queues { get; }

    private Uri ServiceUri(string service)
    {
        if (_configuration[$"{_setting}:{service}ServiceUri"] is { Length: > 0 } address)
        {
            return new Uri(address);
        }

        if (_configuration[$"{_setting}:accountName"] is { Length: > 0 } account)
        {
            return new Uri($"https://{account}.{service}.core.windows.net");
        }

        throw new InvalidOperationException(
            $"No storage account: set {_setting} to a connection string, or {_setting}__accountName to the name of an account the app's identity may use.");
    }
}
