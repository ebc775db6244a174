using AgentEval.LocalRuntime.Hosting;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>Sees one message through: runs the function, keeps the message hidden meanwhile, then deletes it, frees it or sets it aside as poison.</summary>
internal sealed partial class QueueMessageProcessor(
    QueueClient queue, QueueClient poison, QueueSettings settings, Func<QueueMessage, string, Task> run, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// How long a message stays hidden at a time while it is worked on; renewed after half of it. The real host takes ten minutes; here it is as long
    /// as a message waits when the process was killed, and whoever started it again looks on.
    /// </summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(30);

    public async Task ProcessAsync(QueueMessage message)
    {
        // Taken up too often without an end, for instance by processes that died of it.
        if (message.DequeueCount > settings.MaxDequeueCount)
        {
            await SetAsideAsync(message, message.PopReceipt);
            return;
        }

        if (QueueText.Decode(message, settings.Base64) is not { } text)
        {
            LogNotBase64(message.MessageId, queue.Name);
            await SetAsideAsync(message, message.PopReceipt);
            return;
        }

        await RunAsync(message, text);
    }

    private async Task RunAsync(QueueMessage message, string text)
    {
        using var done = new CancellationTokenSource();
        var holding = HoldAsync(message, done.Token);
        var problem = await AttemptAsync(message, text);
        await done.CancelAsync();
        var receipt = await holding;
        try
        {
            await SettleAsync(message, receipt, problem);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            // Its hold ran out (a suspended machine), so it is another's now.
            LogLost(message.MessageId, queue.Name);
        }
    }

    private async Task<Exception?> AttemptAsync(QueueMessage message, string text)
    {
        try
        {
            await run(message, text);
            return null;
        }
        catch (Exception problem)
        {
            return problem;
        }
    }

    private async Task SettleAsync(QueueMessage message, string receipt, Exception? problem)
    {
        if (problem is null)
        {
            await queue.DeleteMessageAsync(message.MessageId, receipt);
        }
        else if (message.DequeueCount >= settings.MaxDequeueCount && problem is not OperationCanceledException)
        {
            LogFailed(problem, message.MessageId, queue.Name, message.DequeueCount);
            await SetAsideAsync(message, receipt);
        }
        else
        {
            LogFailed(problem, message.MessageId, queue.Name, message.DequeueCount);
            await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: settings.VisibilityTimeout);
        }
    }

    private async Task SetAsideAsync(QueueMessage message, string receipt)
    {
        await poison.CreateIfNotExistsAsync();
        await poison.SendMessageAsync(message.MessageText);
        await queue.DeleteMessageAsync(message.MessageId, receipt);
        LogPoison(message.MessageId, poison.Name);
    }

    /// <summary>Returns the receipt that holds when <paramref name="done"/> fires.</summary>
    private async Task<string> HoldAsync(QueueMessage message, CancellationToken done)
    {
        var receipt = message.PopReceipt;
        while (true)
        {
            try
            {
                await Task.Delay(Hold / 2, time, done);
            }
            catch (OperationCanceledException)
            {
                return receipt;
            }

            receipt = await RenewAsync(message, receipt);
        }
    }

    private async Task<string> RenewAsync(QueueMessage message, string receipt)
    {
        try
        {
            return (await queue.UpdateMessageAsync(message.MessageId, receipt, visibilityTimeout: Hold)).Value.PopReceipt;
        }
        catch (RequestFailedException problem)
        {
            LogNotRenewed(problem, message.MessageId, queue.Name);
            return receipt;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue '{Queue}' failed at attempt {Attempt}")]
    private partial void LogFailed(Exception problem, string id, string queue, long attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of queue '{Queue}' is not base64")]
    private partial void LogNotBase64(string id, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Id} moved to queue '{Poison}'")]
    private partial void LogPoison(string id, string poison);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Id} of queue '{Queue}' was worked on and then was no longer ours")]
    private partial void LogLost(string id, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Id} of queue '{Queue}' could not be kept hidden")]
    private partial void LogNotRenewed(Exception problem, string id, string queue);
}
