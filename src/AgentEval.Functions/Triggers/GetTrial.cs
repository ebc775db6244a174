using System.Net;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}/trials/{trialId}</c>: one trial with its input and raw answer, also before its shard is validated.</summary>
public sealed class GetTrial(RunStore runs, TrialViews views)
{
    [Function(nameof(GetTrial))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/trials/{trialId}")] HttpRequestData request,
        string id,
        string trialId) => request.AnswerAsync(async cancellationToken =>
    {
        await runs.RequireAsync(id, cancellationToken);
        var trial = await views.FindAsync(id, Uri.UnescapeDataString(trialId), cancellationToken)
            ?? throw ApiException.NotFound($"Run {id} has no trial '{trialId}'. GET /api/runs/{id}/trials lists them.");
        return await request.JsonAsync(HttpStatusCode.OK, trial);
    });
}
