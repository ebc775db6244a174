using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /schedules</c>.</summary>
public sealed class ListSchedules(ScheduleStore schedules, ScheduleViews views)
{
    [Function(nameof(ListSchedules))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules")] HttpRequestData request) => request.AnswerAsync(async cancellationToken =>
    {
        var stored = await schedules.ListAsync(cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, new ListPage<ScheduleView>([.. stored.Select(views.Of)], null));
    });
}
