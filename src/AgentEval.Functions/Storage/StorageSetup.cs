using Microsoft.Extensions.Hosting;

namespace AgentEval.Functions.Storage;

/// <summary>
/// Creates the tables, containers and queues that are missing, before the first trigger fires: <c>StartingAsync</c> comes before any service's start.
/// </summary>
internal sealed class StorageSetup(StorageConnections connections, TimeProvider time) : IHostedLifecycleService
{
    /// <exception cref="InvalidOperationException">The storage account could not be used for <see cref="StartPatience.Limit"/>.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) =>
        StartPatience.TryAsync(CreateAllAsync, $"The storage account at {connections.Tables.Uri.Authority} cannot be used", time, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task CreateAllAsync(CancellationToken cancellationToken)
    {
        var tables = StorageNames.Tables.Select(name => (Task)connections.Tables.CreateTableIfNotExistsAsync(name, cancellationToken));
        var containers = StorageNames.Containers.Select(
            name => (Task)connections.Blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken));
        var queues = StorageNames.Queues.Select(name => (Task)connections.Queues.GetQueueClient(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken));
        return Task.WhenAll(tables.Concat(containers).Concat(queues));
    }
}
