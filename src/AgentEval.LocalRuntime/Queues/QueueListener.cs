using AgentEval.LocalRuntime.Hosting;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>Polls one queue and keeps up to <c>batchSize + newBatchThreshold</c> messages in work.</summary>
internal sealed partial class QueueListener(
    QueueClient queue, QueueSettings settings, Func<QueueMessage, Task> process, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<Task> _running = [];
    private Task _polling = Task.CompletedTask;

    /// <exception cref="RequestFailedException">The queue cannot be created.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        _polling = PollAsync();
    }

    public async Task StopAsync(CancellationToken grace)
    {
        await _stop.CancelAsync();
        await Stopping.WaitAsync(StopPollingAsync(), time, grace);
    }

    public void Dispose() => _stop.Dispose();

    private async Task StopPollingAsync()
    {
        await _polling;
        await Task.WhenAll(_running);
    }

    private async Task PollAsync()
    {
        var backoff = new PollingBackoff(settings.MaxPollingInterval);
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var messages = await ReceiveAsync();
                if (messages.Count == 0)
                {
                    await Task.Delay(backoff.NextDelay(), time, _stop.Token);
                    continue;
                }

                backoff.Reset();
                foreach (var message in messages)
                {
                    _running.Add(ProcessAsync(message));
                }

                await MakeRoomAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Told to stop while waiting.
        }
    }

    /// <summary>Empty when there is nothing, and when the queue cannot be asked: then it is asked again later.</summary>
    private async Task<IReadOnlyList<QueueMessage>> ReceiveAsync()
    {
        try
        {
            // Not cancelled by a stop: messages that were handed out must not stay hidden with nobody at work on them.
            return (await queue.ReceiveMessagesAsync(settings.BatchSize, QueueMessageProcessor.Hold)).Value;
        }
        catch (RequestFailedException problem)
        {
            LogNotReceived(problem, queue.Name);
            if (problem.ErrorCode == QueueErrorCode.QueueNotFound)
            {
                await RecreateAsync();
            }

            return [];
        }
        catch (AggregateException problem)
        {
            LogNotReceived(problem, queue.Name);
            return [];
        }
    }

    private async Task RecreateAsync()
    {
        try
        {
            await queue.CreateIfNotExistsAsync(cancellationToken: _stop.Token);
        }
        catch (RequestFailedException problem)
        {
            LogNotReceived(problem, queue.Name);
        }
    }

    private async Task MakeRoomAsync()
    {
        _running.RemoveWhere(task => task.IsCompleted);
        while (_running.Count > settings.NewBatchThreshold)
        {
            await Task.WhenAny(_running).WaitAsync(_stop.Token);
            _running.RemoveWhere(task => task.IsCompleted);
        }
    }

    private async Task ProcessAsync(QueueMessage message)
    {
        await Task.Yield();
        try
        {
            await process(message);
        }
        catch (Exception problem)
        {
            // Storage failed, not the function: the message shows up again when its hold runs out.
            LogNotSettled(problem, message.MessageId, queue.Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queue '{Queue}' could not be read; trying again")]
    private partial void LogNotReceived(Exception problem, string queue);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue '{Queue}' could not be settled")]
    private partial void LogNotSettled(Exception problem, string id, string queue);
}
