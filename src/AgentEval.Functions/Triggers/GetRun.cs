using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}</c>: status, configuration, progress, and when finished the result.</summary>
public sealed class GetRun(RunViews views)
{
    [Function(nameof(GetRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        var view = await views.FindAsync(id, client, cancellationToken) ?? throw RunLookup.Unknown(id);
        return await request.JsonAsync(HttpStatusCode.OK, view);
    });
}
