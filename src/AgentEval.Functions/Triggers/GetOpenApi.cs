using System.Text;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using AgentEval.Functions.Triggers.OpenApi;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /openapi.json</c>, anonymous: the API, described (OpenAPI 3.1).</summary>
public sealed class GetOpenApi(AppIdentity app)
{
    [Function(nameof(GetOpenApi))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
        await request.ContentAsync("application/json; charset=utf-8", Encoding.UTF8.GetBytes(await OpenApiBuilder.BuildAsync(app.Version, cancellationToken))));
}
