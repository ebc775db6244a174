using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Activities;

/// <param name="SubmissionId">The submission.</param>
/// <param name="First">The request to go on with, from 0.</param>
/// <param name="Broke">How often the app has broken on that request.</param>
public sealed record SubmitSliceInput(string SubmissionId, int First, int Broke = 0);

/// <param name="Next">The request to go on with.</param>
/// <param name="IsLast">Every request has its run or its refusal.</param>
/// <param name="IsQueueFull">The queue of runs has no room for the next one.</param>
/// <param name="IsBroken">The app broke on the next one; it is to be tried again.</param>
public sealed record SubmitSliceOutput(int Next, bool IsLast, bool IsQueueFull, bool IsBroken = false);

/// <summary>Submits a few requests of a submission. The ids of their runs derive from it, so repeated it changes nothing.</summary>
public sealed class SubmitSlice(SubmissionStore store, BatchStore batches, AcceptedRequests requests, RejectedSubmissions rejected)
{
    internal const int MostRuns = 25;

    [Function(nameof(SubmitSlice))]
    public async Task<SubmitSliceOutput> RunAsync(
        [ActivityTrigger] SubmitSliceInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        var document = await store.FindAsync(input.SubmissionId, cancellationToken);
        var done = document switch
        {
            null => new SubmitSliceOutput(input.First, IsLast: true, IsQueueFull: false),
            { Batch: { } batch } => await SubmitBatchAsync(document, batch, input, client, cancellationToken),
            { Message: { } message } => await SubmitMessageAsync(document, message, input, client, cancellationToken),
            _ => throw new InvalidDataException($"The submission '{input.SubmissionId}' is neither a batch nor a message."),
        };
        if (done.IsLast)
        {
            await store.RemoveAsync(input.SubmissionId, cancellationToken);
        }

        return done;
    }

    /// <summary>A batch whose id was taken by another one in the meantime was refused, and leaves nothing.</summary>
    private async Task<SubmitSliceOutput> SubmitBatchAsync(
        SubmissionDocument document, BatchHeader batch, SubmitSliceInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var header = await batches.OpenAsync(batch, cancellationToken);
        if (header.ContentHash != batch.ContentHash)
        {
            return Reached(document, document.Runs.Count);
        }

        var end = Math.Min(input.First + MostRuns, document.Runs.Count);
        var known = (await batches.ReadEntriesAsync(header.BatchId, input.First, end, cancellationToken)).Select(entry => entry.Index).ToHashSet();
        for (var index = input.First; index < end; index++)
        {
            if (known.Contains(index))
            {
                continue;
            }

            var runId = RunIds.Derive(header.CreatedAt, $"{header.BatchId}/{index}");
            var outcome = await requests.SubmitAsync(document, index, runId, index == input.First ? input.Broke : 0, client, cancellationToken);
            if (outcome.Problems is not { } problems)
            {
                return Stopped(index, outcome);
            }

            var entry = new BatchEntry(index, problems.HasErrors ? null : runId, problems.Errors);
            await batches.WriteEntryAsync(header, entry, cancellationToken);
        }

        return Reached(document, end);
    }

    private async Task<SubmitSliceOutput> SubmitMessageAsync(
        SubmissionDocument document, QueuedMessage message, SubmitSliceInput input, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var runId = RunIds.Derive(message.InsertedAt, message.Id);
        var outcome = await requests.SubmitAsync(document, 0, runId, input.Broke, client, cancellationToken);
        if (outcome.Problems is not { } problems)
        {
            return Stopped(0, outcome);
        }

        if (problems.HasErrors)
        {
            await rejected.SetAsideAsync(message.Text, message.Id, problems, cancellationToken);
        }

        return Reached(document, document.Runs.Count);
    }

    private static SubmitSliceOutput Reached(SubmissionDocument document, int next) => new(next, IsLast: next >= document.Runs.Count, IsQueueFull: false);

    private static SubmitSliceOutput Stopped(int next, RequestOutcome outcome) => new(next, IsLast: false, outcome.IsQueueFull, outcome.IsBroken);
}
