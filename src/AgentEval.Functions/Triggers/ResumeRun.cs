using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /runs/{id}/resume</c>: a paused run goes on.</summary>
public sealed class ResumeRun(RunOperator operate, RunViews views)
{
    [Function(nameof(ResumeRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/resume")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        OperationAnswers.Check(await operate.ResumeAsync(id, client, cancellationToken), id);
        return await request.JsonAsync(HttpStatusCode.Accepted, await views.FindAsync(id, client, cancellationToken));
    });
}
