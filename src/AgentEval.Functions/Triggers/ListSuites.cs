using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /suites</c>: every version of every suite.</summary>
public sealed class ListSuites(SuiteStore suites)
{
    [Function(nameof(ListSuites))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suites")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
        await request.JsonAsync(HttpStatusCode.OK, new ListPage<SuiteListItem>(await suites.ListAsync(null, cancellationToken), null)));
}
