using System.Net;
using AgentEval.Core.Api;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /schedules/{name}</c>.</summary>
public sealed class GetSchedule(ScheduleStore schedules, ScheduleViews views)
{
    [Function(nameof(GetSchedule))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(name);
        var stored = await schedules.FindAsync(name, cancellationToken) ?? throw ApiException.NotFound($"There is no schedule '{name}'. GET /api/schedules lists them.");
        return await request.JsonAsync(HttpStatusCode.OK, views.Of(stored));
    });
}
