using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>The connection strings that triggers and the runtime itself use.</summary>
internal sealed class StorageConnections(IConfiguration configuration)
{
    public const string Default = "AzureWebJobsStorage";

    /// <exception cref="InvalidOperationException">There is no such setting.</exception>
    public string ConnectionString(string? name = null)
    {
        name ??= Default;
        return new[] { configuration[$"AzureWebJobs{name}"], configuration[name], configuration.GetConnectionString(name) }.FirstOrDefault(s => !string.IsNullOrEmpty(s))
            ?? throw new InvalidOperationException($"The connection '{name}' is not set: put its connection string into the environment or into {LocalSettingsFile.FileName}.");
    }

    /// <summary>Text is sent and received as it is; the queue trigger decodes by itself.</summary>
    public QueueServiceClient Queues(string? name) =>
        new(ConnectionString(name), new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });

    public BlobServiceClient Blobs(string? connectionString = null) => new(connectionString ?? ConnectionString());
}
