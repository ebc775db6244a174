using System.Net;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /agents/{name}</c>: the file.</summary>
public sealed class GetAgent(AgentStore agents)
{
    [Function(nameof(GetAgent))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "agents/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(name);
        var agent = await agents.FindAsync(name, cancellationToken) ?? throw ApiException.NotFound($"There is no agent '{name}'. GET /api/agents lists them.");
        return await request.JsonAsync(HttpStatusCode.OK, agent);
    });
}
