using System.Net;
using AgentEval.Core.Api;
using AgentEval.Core.Suites;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /suites/validate</c>: all problems of a suite, nothing stored.</summary>
public sealed class ValidateSuite
{
    [Function(nameof(ValidateSuite))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "suites/validate")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
    {
        var problems = SuiteReader.Read(await request.ReadDocumentAsync(RequestBody.MaxSuiteBytes, cancellationToken)).Problems;
        var outcome = problems.HasErrors ? CheckOutcome.Error : problems.Warnings.Count > 0 ? CheckOutcome.Warning : CheckOutcome.Ok;
        var view = new ValidationView(!problems.HasErrors, problems.Errors, problems.Warnings, new Dictionary<string, CheckOutcome> { ["suite"] = outcome });
        return await request.JsonAsync(HttpStatusCode.OK, view);
    });
}
