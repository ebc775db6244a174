using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>DELETE /schedules/{name}</c>: runs it started go on.</summary>
public sealed class DeleteSchedule(ScheduleStore schedules)
{
    [Function(nameof(DeleteSchedule))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "schedules/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(name);
        return await schedules.DeleteAsync(name, cancellationToken) ? request.NoContent() : throw ApiException.NotFound($"There is no schedule '{name}'.");
    });
}
