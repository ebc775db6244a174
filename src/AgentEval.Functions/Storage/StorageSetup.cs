using Microsoft.Extensions.Hosting;

namespace AgentEval.Functions.Storage;

/// <summary>Creates the tables and containers that are missing, before the first trigger fires.</summary>
internal sealed class StorageSetup(StorageConnections connections) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var tables = StorageNames.Tables.Select(name => connections.Tables.CreateTableIfNotExistsAsync(name, cancellationToken) as Task);
        var containers = StorageNames.Containers.Select(
            name => connections.Blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken) as Task);
        await Task.WhenAll(tables.Concat(containers));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
