using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /status</c>: what works and what waits.</summary>
public sealed class GetStatus(RunQueue queue, Workers workers, AppIdentity app)
{
    [Function(nameof(GetStatus))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "status")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
    {
        var (waiting, active) = await queue.ReadAsync(cancellationToken);
        var working = await workers.ReadAsync(cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, new StatusView(waiting, active, working, [], null, app.Version));
    });
}
