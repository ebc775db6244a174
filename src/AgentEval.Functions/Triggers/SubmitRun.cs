using System.Globalization;
using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs[?start=false]</c>: takes a run request.</summary>
public sealed class SubmitRun(SubmissionService submissions)
{
    private const int PollAfterSeconds = 1;

    [Function(nameof(SubmitRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequestData request,
        [DurableClient] DurableTaskClient client) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var start = query.Flag("start", fallback: true);
        query.Check();
        var key = request.IdempotencyKey();
        var read = RunRequestReader.Read(await request.ReadJsonAsync(cancellationToken));
        if (read.Value is null || read.Problems.HasErrors)
        {
            throw ApiException.BadRequest(read.Problems);
        }

        var origin = new SubmissionOrigin(request.Initiator(), key, start);
        return await AnswerAsync(request, await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken));
    });

    private static async Task<HttpResponseData> AnswerAsync(HttpRequestData request, SubmissionOutcome outcome)
    {
        if (outcome.Accepted is not { } accepted)
        {
            return await request.ProblemAsync(outcome.Refusal!);
        }

        var response = await request.JsonAsync(HttpStatusCode.Accepted, accepted);
        response.Headers.Add("Location", accepted.Links["self"]);
        response.Headers.Add("Retry-After", PollAfterSeconds.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
