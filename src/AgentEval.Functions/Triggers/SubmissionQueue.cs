using System.Globalization;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary>
/// Queue <c>evaluation-submissions</c>: a run request, a batch, or a reference to a blob. What is wrong with a message is recorded and the message set
/// aside; what the queue of runs has no room for is taken over; an exception leaves the message to the queue, which delivers it again.
/// </summary>
public sealed class SubmissionQueue(QueuedSubmissions submissions)
{
    [Function(nameof(SubmissionQueue))]
    public Task RunAsync([QueueTrigger(StorageNames.SubmissionQueue)] string message, FunctionContext context, [DurableClient] DurableTaskClient client)
    {
        ArgumentNullException.ThrowIfNull(context);
        return submissions.TakeAsync(new DeliveredMessage(message, Told(context, "Id"), InsertedAt(context)), client, context.CancellationToken);
    }

    private static string? Told(FunctionContext context, string name) =>
        context.BindingContext.BindingData.TryGetValue(name, out var value) && $"{value}".Trim('"') is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? InsertedAt(FunctionContext context) =>
        DateTimeOffset.TryParse(Told(context, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
