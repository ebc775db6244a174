using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs/{id}/start</c>: starts a run that was only created.</summary>
public sealed class StartRun(RunOperator operate, RunViews views)
{
    [Function(nameof(StartRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/start")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        OperationAnswers.Check(await operate.StartAsync(id, client, cancellationToken), id);
        return await request.JsonAsync(HttpStatusCode.Accepted, await views.FindAsync(id, client, cancellationToken));
    });
}
