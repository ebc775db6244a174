using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /batches/{id}</c>: how each of its runs fares.</summary>
public sealed class GetBatch(BatchViews views)
{
    [Function(nameof(GetBatch))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{id}")] HttpRequestData request,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(id);
        var view = await views.FindAsync(id, cancellationToken) ?? throw ApiException.NotFound($"There is no batch '{id}'.");
        return await request.JsonAsync(HttpStatusCode.OK, view);
    });
}
