using AgentEval.LocalRuntime.Hosting;
using Azure.Core.Serialization;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>A listener for every function with a queue trigger.</summary>
internal sealed class QueueTriggers(
    FunctionCatalogue catalogue, FunctionRunner runner, HostSettings host, StorageConnections storage, IConfiguration configuration,
    IServiceProvider services, TimeProvider time, ILogger<QueueTriggers> logger) : IRuntimePart, IDisposable
{
    private readonly List<QueueListener> _listeners = [];

    public int Order => 50;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var serializer = WorkerSerializer.Of(services);
        foreach (var (function, trigger) in catalogue.TriggeredBy<QueueTriggerAttribute>())
        {
            var listener = Listener(function, trigger, serializer);
            _listeners.Add(listener);
            await listener.StartAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(l => l.StopAsync(cancellationToken)));

    public void Dispose() => _listeners.ForEach(l => l.Dispose());

    private QueueListener Listener(LocalFunction function, QueueTriggerAttribute trigger, ObjectSerializer serializer)
    {
        var name = SettingExpressions.Resolve(trigger.QueueName, configuration);
        var client = storage.Queues(trigger.Connection);
        var queue = client.GetQueueClient(name);
        var processor = new QueueMessageProcessor(
            queue,
            client.GetQueueClient($"{name}-poison"),
            host.Queues,
            (message, text) => runner.RunAsync(function, Event(function, message, text, serializer), CancellationToken.None),
            time,
            logger);
        return new QueueListener(queue, host.Queues, processor.ProcessAsync, time, logger);
    }

    private static FunctionEvent Event(LocalFunction function, QueueMessage message, string text, ObjectSerializer serializer) =>
        new(_ => QueueText.ToParameter(text, function.TriggerParameter.ParameterType, serializer))
        {
            BindingData = MessageData.Of(message, text),
        };
}
