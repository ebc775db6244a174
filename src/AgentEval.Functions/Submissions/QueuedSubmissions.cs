using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// Takes what comes by queue. A bad message is stored with its problems and set aside at once; one the queue of runs has no room for is taken over
/// and submitted later; trouble of ours is thrown, and the queue tries again.
/// </summary>
public sealed class QueuedSubmissions(
    MessageReader reader, SubmissionService submissions, BatchService batches, AcceptedSubmissions accepted, RejectedSubmissions rejected)
{
    public async Task TakeAsync(DeliveredMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var problems = new ProblemList();
        var document = await reader.ReadAsync(message.Text, problems, cancellationToken);
        if (document is not null && !problems.HasErrors)
        {
            problems.AddRange(await SubmitAsync(document, message, client, cancellationToken));
        }

        if (problems.HasErrors)
        {
            await rejected.SetAsideAsync(message.Text, message.Id, problems, cancellationToken);
        }
    }

    private async Task<ProblemList> SubmitAsync(JsonObject document, DeliveredMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (document.ContainsKey("runs") || (document.ContainsKey("batchId") && !document.ContainsKey("suite")))
        {
            var batch = BatchRequestReader.Read(document);
            return batch.Problems.HasErrors ? batch.Problems : await SubmitBatchAsync(document, message.Identify(), client, cancellationToken);
        }

        var read = RunRequestReader.Read(document);
        return read.Value is null || read.Problems.HasErrors
            ? read.Problems
            : await SubmitRunAsync(read.Value, read.Problems, document, message.Identify(), client, cancellationToken);
    }

    private async Task<ProblemList> SubmitBatchAsync(JsonObject document, QueuedMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var origin = new BatchOrigin("queue", message.InsertedAt, MessageId: message.Id);
        return (await batches.AcceptAsync(document, origin, client, cancellationToken)).Refusal?.ToProblems() ?? new ProblemList();
    }

    private async Task<ProblemList> SubmitRunAsync(
        RunRequest request, ProblemList problems, JsonObject document, QueuedMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var runId = RunIds.Derive(message.InsertedAt, message.Id);
        var outcome = await submissions.SubmitAsync(request, problems, new SubmissionOrigin("queue", null, Start: true, runId), client, cancellationToken);
        if (outcome.Refusal is { Status: 429 })
        {
            await accepted.AcceptAsync(ToSubmission(runId, document, message), client, cancellationToken);
            return new ProblemList();
        }

        return outcome is { Refusal: { } refusal, IsDeleted: false } ? refusal.ToProblems() : new ProblemList();
    }

    private static SubmissionDocument ToSubmission(string runId, JsonObject document, QueuedMessage message) => new()
    {
        SubmissionId = StorageNames.MessageSubmission(runId),
        InitiatedBy = "queue",
        Message = message,
        Runs = [document],
    };
}
