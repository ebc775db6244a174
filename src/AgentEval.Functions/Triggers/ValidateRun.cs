using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs/validate</c>: every check of a submission, nothing queued.</summary>
public sealed class ValidateRun(SubmissionService submissions)
{
    [Function(nameof(ValidateRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/validate")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
    {
        var read = RunRequestReader.Read(await request.ReadJsonAsync(cancellationToken));
        var view = read.Value is null || read.Problems.HasErrors
            ? SubmissionChecks.ShapeFailed(read.Problems)
            : (await submissions.CheckAsync(read.Value, read.Problems, cancellationToken)).ToView();
        return await request.JsonAsync(HttpStatusCode.OK, view);
    });
}
