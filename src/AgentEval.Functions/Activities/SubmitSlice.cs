using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <param name="SubmissionId">The submission.</param>
/// <param name="First">The request to go on with, from 0.</param>
public sealed record SubmitSliceInput(string SubmissionId, int First);

/// <param name="Next">The request to go on with.</param>
/// <param name="IsLast">Every request has its run or its refusal.</param>
/// <param name="IsQueueFull">The queue of runs has no room for the next one.</param>
public sealed record SubmitSliceOutput(int Next, bool IsLast, bool IsQueueFull);

/// <summary>Submits a few requests of a submission. The ids of their runs derive from it, so repeated it changes nothing.</summary>
public sealed class SubmitSlice(SubmissionStore store, BatchStore batches, SubmissionService submissions, RejectedSubmissions rejected)
{
    internal const int MostRuns = 25;

    [Function(nameof(SubmitSlice))]
    public async Task<SubmitSliceOutput> RunAsync(
        [ActivityTrigger] SubmitSliceInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var document = await store.FindAsync(input.SubmissionId, cancellationToken);
        var next = document switch
        {
            null => input.First,
            { Batch: { } batch } => await SubmitBatchAsync(document, batch, input.First, client, cancellationToken),
            { Message: { } message } => await SubmitMessageAsync(document, message, client, cancellationToken),
            _ => throw new InvalidDataException($"The submission '{input.SubmissionId}' is neither a batch nor a message."),
        };
        if (document is not null && next < document.Runs.Count)
        {
            return new SubmitSliceOutput(next, IsLast: false, IsQueueFull: next < Math.Min(input.First + MostRuns, document.Runs.Count));
        }

        await store.RemoveAsync(input.SubmissionId, cancellationToken);
        return new SubmitSliceOutput(next, IsLast: true, IsQueueFull: false);
    }

    /// <summary>The request to go on with. A batch whose id was taken by another one in the meantime was refused, and leaves nothing.</summary>
    private async Task<int> SubmitBatchAsync(
        SubmissionDocument document, BatchHeader batch, int first, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var header = await batches.OpenAsync(batch, cancellationToken);
        if (header.ContentHash != batch.ContentHash)
        {
            return document.Runs.Count;
        }

        var end = Math.Min(first + MostRuns, document.Runs.Count);
        var known = (await batches.ReadEntriesAsync(header.BatchId, first, end, cancellationToken)).Select(entry => entry.Index).ToHashSet();
        for (var index = first; index < end; index++)
        {
            if (known.Contains(index))
            {
                continue;
            }

            var runId = RunIds.Derive(header.CreatedAt, $"{header.BatchId}/{index}");
            if (await SubmitAsync(document, index, runId, client, cancellationToken) is not { } problems)
            {
                return index;
            }

            var entry = new BatchEntry(index, problems.HasErrors ? null : runId, problems.Errors);
            await batches.WriteEntryAsync(header, entry, cancellationToken);
        }

        return end;
    }

    private async Task<int> SubmitMessageAsync(SubmissionDocument document, QueuedMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var runId = RunIds.Derive(message.InsertedAt, message.Id);
        if (await SubmitAsync(document, 0, runId, client, cancellationToken) is not { } problems)
        {
            return 0;
        }

        if (problems.HasErrors)
        {
            await rejected.SetAsideAsync(message, problems, cancellationToken);
        }

        return document.Runs.Count;
    }

    /// <summary>Without errors it is a run, or was one that has been deleted since; null: the queue of runs is full.</summary>
    private async Task<ProblemList?> SubmitAsync(SubmissionDocument document, int index, string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var read = RunRequestReader.Read(document.Runs[index]);
        if (read.Value is null || read.Problems.HasErrors)
        {
            return read.Problems;
        }

        var origin = new SubmissionOrigin(document.InitiatedBy, null, Start: true, runId);
        var outcome = await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken);
        return outcome switch
        {
            { Accepted: not null } or { IsDeleted: true } => new ProblemList(),
            { Refusal.Status: 429 } => null,
            _ => outcome.Refusal!.ToProblems(),
        };
    }
}
