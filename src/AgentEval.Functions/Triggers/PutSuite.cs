using System.Net;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>PUT /suites/{name}[/versions/{version}]</c>: stores a version, JSON or YAML. A stored version never changes.</summary>
public sealed class PutSuite(SuiteStore suites)
{
    [Function(nameof(PutSuite))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "suites/{name}")] HttpRequestData request,
        string name) => StoreAsync(request, name, null);

    [Function(nameof(PutSuite) + "Version")]
    public Task<HttpResponseData> RunVersionAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "suites/{name}/versions/{version}")] HttpRequestData request,
        string name,
        string version) => StoreAsync(request, name, version);

    private Task<HttpResponseData> StoreAsync(HttpRequestData request, string name, string? version) =>
        request.AnswerAsync(async cancellationToken =>
        {
            var read = SuiteReader.Read(await request.ReadDocumentAsync(RequestBody.MaxSuiteBytes, cancellationToken));
            if (read.Value is not { } suite || read.Problems.HasErrors)
            {
                throw ApiException.BadRequest(read.Problems);
            }

            CheckName("suite", suite.Name, name);
            if (version is not null)
            {
                CheckName("version", suite.Version, version);
            }

            var stored = await suites.PutAsync(suite, cancellationToken);
            if (stored.ContentHash != suite.ContentHash)
            {
                throw ApiException.Conflict($"{suite.Name} {suite.Version} is stored with other content; a version never changes. Raise the version.");
            }

            return await request.JsonAsync(HttpStatusCode.OK, stored);
        });

    private static void CheckName(string path, string inFile, string inRoute)
    {
        if (inFile != Uri.UnescapeDataString(inRoute))
        {
            throw ApiException.BadRequest(path, ProblemCodes.InvalidValue, $"The file says '{inFile}', the address '{inRoute}'.");
        }
    }
}
