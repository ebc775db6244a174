using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /health</c>, anonymous: the app answers.</summary>
public sealed class GetHealth(AppIdentity app)
{
    [Function(nameof(GetHealth))]
    public Task<HttpResponseData> RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequestData request) =>
        request.JsonAsync(HttpStatusCode.OK, new HealthView("healthy", app.Version));
}
