using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /agents</c>.</summary>
public sealed class ListAgents(AgentStore agents)
{
    [Function(nameof(ListAgents))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "agents")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
        await request.JsonAsync(HttpStatusCode.OK, new ListPage<AgentListItem>(await agents.ListAsync(cancellationToken), null)));
}
