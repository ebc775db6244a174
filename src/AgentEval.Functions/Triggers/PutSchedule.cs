using System.Net;
using AgentEval.Core.Api;
using AgentEval.Core.Schedules;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>PUT /schedules/{name}</c>: <c>{ cron, timeZone, catchUp, enabled, run }</c>, in place of an earlier one.</summary>
public sealed class PutSchedule(ScheduleStore schedules, ScheduleViews views)
{
    [Function(nameof(PutSchedule))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "schedules/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(name);
        var document = await request.ReadJsonAsync(cancellationToken);
        var read = ScheduleReader.Read(document);
        if (read.Value is null || read.Problems.HasErrors)
        {
            throw ApiException.BadRequest(read.Problems);
        }

        StoredSize.Check(document);
        await schedules.PutAsync(name, document.AsObject(), cancellationToken);
        return await request.JsonAsync(HttpStatusCode.OK, await views.OfNewAsync(name, read, document.AsObject(), cancellationToken));
    });
}
