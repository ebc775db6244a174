using Microsoft.Extensions.Hosting;

namespace AgentEval.Functions.Storage;

/// <summary>Creates the tables, containers and queues that are missing, before the first trigger fires: <c>StartingAsync</c> comes before any service's start.</summary>
internal sealed class StorageSetup(StorageConnections connections) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var tables = StorageNames.Tables.Select(name => (Task)connections.Tables.CreateTableIfNotExistsAsync(name, cancellationToken));
        var containers = StorageNames.Containers.Select(
            name => (Task)connections.Blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken));
        var queues = StorageNames.Queues.Select(name => (Task)connections.Queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken));
        await Task.WhenAll(tables.Concat(containers).Concat(queues));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
