using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs/{id}/pause</c>: no new trial starts until the run is resumed.</summary>
public sealed class PauseRun(RunOperator operate, RunViews views)
{
    [Function(nameof(PauseRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/pause")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        OperationAnswers.Check(await operate.PauseAsync(id, client, cancellationToken), id);
        return await request.JsonAsync(HttpStatusCode.Accepted, await views.FindAsync(id, client, cancellationToken));
    });
}
