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
    public Task RunAsync(
        [QueueTrigger(StorageNames.SubmissionQueue)] string message,
        FunctionContext context,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return submissions.TakeAsync(new QueuedMessage(Text(context, "Id"), InsertedAt(context), message), client, cancellationToken);
    }

    private static string Text(FunctionContext context, string name) =>
        context.BindingContext.BindingData.TryGetValue(name, out var value) && $"{value}".Trim('"') is { Length: > 0 } text ? text : throw Unknown(name);

    private static DateTimeOffset InsertedAt(FunctionContext context) =>
        DateTimeOffset.TryParse(Text(context, "InsertionTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw Unknown("InsertionTime");

    /// <summary>All such messages would be taken for one.</summary>
    private static InvalidOperationException Unknown(string name) =>
        new($"The host did not tell the message's '{name}': without it the same message twice cannot be told from two.");
}
