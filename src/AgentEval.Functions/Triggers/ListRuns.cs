using System.Net;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs</c>: newest first, filtered, paged.</summary>
public sealed class ListRuns(RunStore runs)
{
    [Function(nameof(ListRuns))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var filter = new RunFilter(query.Text("agent"), query.Text("suite"), query.OneOf<RunStatus>("status"), query.Time("from"), query.Time("to"));
        var (top, cursor) = (query.Top(), query.Cursor());
        query.Check();
        var page = await runs.ListAsync(filter, top, cursor, cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, page with { Cursor = RequestQuery.ToCursor(page.Cursor) });
    });
}
