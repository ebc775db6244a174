using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>DELETE /runs/{id}</c>: cancels the run if it works, then removes it with all rows and blobs.</summary>
public sealed class DeleteRun(RunStore runs, RunDeletions deletions)
{
    [Function(nameof(DeleteRun))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "runs/{id}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        var row = await runs.RequireAsync(id, cancellationToken);
        await deletions.StartAsync(row.RunId, client, cancellationToken);
        return await request.JsonAsync(HttpStatusCode.Accepted, new { runId = row.RunId, status = "deleting" });
    });
}
