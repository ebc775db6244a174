using System.Net;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /suites/{name}[/versions/{version}]</c>: the file; without a version the one stored last.</summary>
public sealed class GetSuite(SuiteStore suites)
{
    [Function(nameof(GetSuite))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suites/{name}")] HttpRequestData request,
        string name) => ReadAsync(request, name, null);

    [Function(nameof(GetSuite) + "Version")]
    public Task<HttpResponseData> RunVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suites/{name}/versions/{version}")] HttpRequestData request,
        string name,
        string version) => ReadAsync(request, name, version);

    private Task<HttpResponseData> ReadAsync(HttpRequestData request, string name, string? version) =>
        request.AnswerAsync(async cancellationToken =>
        {
            StoredNames.Check(name, version);
            var suite = await suites.FindAsync(name, version, cancellationToken)
                ?? throw ApiException.NotFound($"There is no suite '{name}'{(version is null ? "" : $" of version {version}")}. GET /api/suites lists them.");
            return await request.ContentAsync("application/json; charset=utf-8", suite);
        });
}
