using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>DELETE /suites/{name}[/versions/{version}]</c>: runs made with it keep their own copy.</summary>
public sealed class DeleteSuite(SuiteStore suites)
{
    [Function(nameof(DeleteSuite))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "suites/{name}")] HttpRequestData request,
        string name) => DeleteAsync(request, name, null);

    [Function(nameof(DeleteSuite) + "Version")]
    public Task<HttpResponseData> RunVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "suites/{name}/versions/{version}")] HttpRequestData request,
        string name,
        string version) => DeleteAsync(request, name, version);

    private Task<HttpResponseData> DeleteAsync(HttpRequestData request, string name, string? version) =>
        request.AnswerAsync(async cancellationToken =>
        {
            StoredNames.Check(name, version);
            return await suites.DeleteAsync(name, version, cancellationToken)
                ? request.NoContent()
                : throw ApiException.NotFound($"There is no suite '{name}'{(version is null ? "" : $" of version {version}")}.");
        });
}
