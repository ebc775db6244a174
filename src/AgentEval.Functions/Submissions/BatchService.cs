using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <summary>Exactly one of the two is there.</summary>
public sealed record BatchOutcome(string? BatchId, ApiProblem? Refusal);

/// <summary>Many run requests at once, by HTTP or queue: <c>{ batchId?, runs: […] }</c>. Each is taken or refused on its own; taken again, a batch changes nothing.</summary>
public sealed class BatchService(SubmissionService submissions, BatchStore store)
{
    public async Task<BatchOutcome> SubmitAsync(
        JsonObject document, string initiatedBy, DateTimeOffset at, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        var read = BatchRequestReader.Read(document);
        if (read.Value is not { } batch || read.Problems.HasErrors)
        {
            return Refuse(400, "Invalid batch", read.Problems);
        }

        var (batchId, runs) = (batch.BatchId ?? RunIds.Derive(at, CanonicalJson.Hash(document)), batch.Runs);
        var header = await store.OpenAsync(new BatchHeader(batchId, at, runs.Count, CanonicalJson.Hash(document)), cancellationToken);
        if (header.ContentHash != CanonicalJson.Hash(document))
        {
            var problems = new ProblemList();
            problems.Error("batchId", ProblemCodes.Duplicate, $"The batch '{batchId}' came with other runs before; use another batchId.");
            return Refuse(409, "Batch already known", problems);
        }

        for (var index = 0; index < runs.Count; index++)
        {
            await SubmitOneAsync(header, index, runs[index], initiatedBy, client, cancellationToken);
        }

        return new BatchOutcome(batchId, null);
    }

    private async Task SubmitOneAsync(
        BatchHeader header, int index, JsonNode? run, string initiatedBy, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var read = RunRequestReader.Read(run);
        if (read.Value is null || read.Problems.HasErrors)
        {
            await store.WriteEntryAsync(header, new BatchEntry(index, null, read.Problems.Errors), cancellationToken);
            return;
        }

        var origin = new SubmissionOrigin(initiatedBy, null, Start: true, RunIds.Derive(header.CreatedAt, $"{header.BatchId}/{index}"));
        var outcome = await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken);
        if (outcome.Refusal is { Status: 429 } busy && initiatedBy == "queue")
        {
            throw new SubmissionDeferredException(busy.Detail ?? busy.Title);
        }

        var entry = outcome.Accepted is { } accepted
            ? new BatchEntry(index, accepted.RunId, [])
            : new BatchEntry(index, null, outcome.Refusal!.ToProblems().Errors);
        await store.WriteEntryAsync(header, entry, cancellationToken);
    }

    private static BatchOutcome Refuse(int status, string title, ProblemList problems) =>
        new(null, new ApiProblem { Title = title, Status = status, Errors = problems.Errors });
}
