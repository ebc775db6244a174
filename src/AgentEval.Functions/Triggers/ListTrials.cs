using System.Net;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}/trials</c>: the trials whose shard has been validated.</summary>
public sealed class ListTrials(RunStore runs, TrialStore trials)
{
    [Function(nameof(ListTrials))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/trials")] HttpRequestData request,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var filter = new TrialFilter(query.OneOf<TrialStatus>("status"), query.Text("scenario"));
        var (top, cursor) = (query.Top(), query.Cursor());
        query.Check();
        await runs.RequireAsync(id, cancellationToken);
        var page = await trials.ListAsync(id, filter, top, cursor, cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, page with { Cursor = RequestQuery.ToCursor(page.Cursor) });
    });
}
