using AgentEval.LocalRuntime.Durable;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>The task hub as a part of the app; there only when a function has to do with it.</summary>
internal sealed class DurableHub(
    FunctionCatalogue catalogue, DurableFunctionsFactory functions, DurableClientBinding client, HostSettings host, LocalRuntimeOptions options, StorageConnections storage,
    TimeProvider time, ILoggerFactory loggers) : IRuntimePart, IAsyncDisposable
{
    private TaskHub? _hub;

    /// <summary>Before everything that may ask for its client.</summary>
    public int Order => 10;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!catalogue.Functions.Any(IsDurable))
        {
            return;
        }

        var hubOptions = TaskHubOptions.Read(host.DurableTask, options.ReplayEveryTurn) with { StopGrace = options.ShutdownGrace };
        var connection = storage.ConnectionString(host.DurableTask["storageProvider:connectionStringName"]);
        _hub = new TaskHub(hubOptions, functions.Create(), new TableServiceClient(connection), storage.Blobs(connection), time, loggers);
        client.Client = _hub.Client;
        await _hub.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _hub?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _hub?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool IsDurable(LocalFunction function) =>
        function.Trigger is OrchestrationTriggerAttribute or ActivityTriggerAttribute || function.Arguments.Any(client.Handles);
}
