using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /batches</c>: <c>{ batchId?, runs: […] }</c>. Answers as soon as the batch is written down; its runs follow.</summary>
public sealed class SubmitBatch(BatchService batches, BatchViews views, TimeProvider time)
{
    [Function(nameof(SubmitBatch))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches")] HttpRequestData request,
        [DurableClient] DurableTaskClient client) => request.AnswerAsync(async cancellationToken =>
    {
        if (await request.ReadJsonAsync(cancellationToken) is not JsonObject document)
        {
            throw ApiException.BadRequest("", ProblemCodes.WrongType, "A batch is a JSON object with runs.");
        }

        var origin = new BatchOrigin(request.Initiator(), time.GetUtcNow(), request.IdempotencyKey());
        var outcome = await batches.AcceptAsync(document, origin, client, cancellationToken);
        if (outcome.Refusal is { } refusal)
        {
            return await request.ProblemAsync(refusal);
        }

        var response = await request.JsonAsync(HttpStatusCode.Accepted, await views.FindAsync(outcome.BatchId!, cancellationToken));
        response.Headers.Add("Location", $"/api/batches/{outcome.BatchId}");
        return response;
    });
}
