using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <param name="InitiatedBy"><c>http</c>, <c>cli</c> or <c>queue</c>.</param>
/// <param name="At">When it came.</param>
/// <param name="IdempotencyKey">The same key and batch give the same batch; null: none.</param>
/// <param name="MessageId">Of the message it came by: delivered twice, it is one batch; null: it came by HTTP.</param>
public sealed record BatchOrigin(string InitiatedBy, DateTimeOffset At, string? IdempotencyKey = null, string? MessageId = null);

/// <summary>Exactly one of the two is there.</summary>
public sealed record BatchOutcome(string? BatchId, ApiProblem? Refusal);

/// <summary>
/// Takes many run requests at once, by HTTP or queue: <c>{ batchId?, runs: […] }</c>. Here the batch is only written down; an orchestration submits its
/// requests, each taken or refused on its own. Taken again, a batch changes nothing.
/// </summary>
public sealed class BatchService(AcceptedSubmissions accepted, SubmissionStore submissions, BatchStore batches, IdempotencyStore idempotency, TimeProvider time)
{
    public async Task<BatchOutcome> AcceptAsync(JsonObject document, BatchOrigin origin, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(origin);
        var read = BatchRequestReader.Read(document);
        if (read.Value is not { } batch || read.Problems.HasErrors)
        {
            return Refuse(400, "Invalid batch", read.Problems);
        }

        var hash = CanonicalJson.Hash(document);
        if (batch.BatchId is { } chosen && await batches.FindAsync(chosen, cancellationToken) is { } earlier && earlier.ContentHash != hash)
        {
            return IdTaken(chosen);
        }

        var batchId = batch.BatchId ?? (origin.MessageId is { } message ? RunIds.Derive(origin.At, message) : RunIds.Create(time));
        if (origin.IdempotencyKey is { } key)
        {
            var claim = new IdempotencyEntry(batchId, hash, origin.At);
            var entry = await idempotency.ClaimAsync(StorageNames.BatchIdempotency(key), claim, cancellationToken);
            if (entry.BodyHash != hash)
            {
                return KeyTaken(key);
            }

            batchId = entry.RunId;
        }

        return await TakeAsync(new BatchHeader(batchId, origin.At, batch.Runs.Count, hash), batch.Runs, origin, client, cancellationToken);
    }

    /// <summary>What is to be submitted comes before the header that makes the batch known: stopped in between, the minute timer goes on from there.</summary>
    private async Task<BatchOutcome> TakeAsync(
        BatchHeader header, IReadOnlyList<JsonNode?> runs, BatchOrigin origin, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var submissionId = StorageNames.BatchSubmission(header.BatchId, header.ContentHash);
        if (await batches.FindAsync(header.BatchId, cancellationToken) is null)
        {
            var submission = new SubmissionDocument { SubmissionId = submissionId, InitiatedBy = origin.InitiatedBy, Batch = header, Runs = runs };
            await submissions.WriteAsync(submission, cancellationToken);
        }

        var holding = await batches.OpenAsync(header, cancellationToken);
        if (holding.ContentHash != header.ContentHash)
        {
            await submissions.RemoveAsync(submissionId, cancellationToken);
            return IdTaken(header.BatchId);
        }

        await accepted.ContinueAsync(submissionId, client, cancellationToken);
        return new BatchOutcome(header.BatchId, null);
    }

    private static BatchOutcome IdTaken(string batchId)
    {
        var problems = new ProblemList();
        problems.Error("batchId", ProblemCodes.Duplicate, $"The batch '{batchId}' came with other runs before; use another batchId.");
        return Refuse(409, "Batch already known", problems);
    }

    private static BatchOutcome KeyTaken(string key)
    {
        var problems = new ProblemList();
        problems.Error("Idempotency-Key", ProblemCodes.Duplicate, $"The Idempotency-Key '{key}' came with a different batch before; use another key.");
        return Refuse(409, "Idempotency-Key already used", problems);
    }

    private static BatchOutcome Refuse(int status, string title, ProblemList problems) =>
        new(null, new ApiProblem { Title = title, Status = status, Errors = problems.Errors });
}
