using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs/{id}/cancel</c>: no new trial starts, running ones are ended; what was recorded stays.</summary>
public sealed class CancelRun(RunOperator operate, RunViews views)
{
    [Function(nameof(CancelRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/cancel")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        OperationAnswers.Check(await operate.CancelAsync(id, client, cancellationToken), id);
        return await request.JsonAsync(HttpStatusCode.Accepted, await views.FindAsync(id, client, cancellationToken));
    });
}
