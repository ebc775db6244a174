using System.Net;
using AgentEval.Core.Validators;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}/violations</c>.</summary>
public sealed class ListViolations(RunStore runs, ViolationStore violations)
{
    [Function(nameof(ListViolations))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/violations")] HttpRequestData request,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var filter = new ViolationFilter(query.OneOf("validator", ValidatorCatalogue.Names), query.Text("type"), query.OneOf<Severity>("severity"));
        var (top, cursor) = (query.Top(), query.Cursor());
        query.Check();
        await runs.RequireAsync(id, cancellationToken);
        var page = await violations.ListAsync(id, filter, top, cursor, cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, page with { Cursor = RequestQuery.ToCursor(page.Cursor) });
    });
}
