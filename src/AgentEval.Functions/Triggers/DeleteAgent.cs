using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>DELETE /agents/{name}</c>: runs made with it keep their own copy.</summary>
public sealed class DeleteAgent(AgentStore agents)
{
    [Function(nameof(DeleteAgent))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "agents/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        StoredNames.Check(name);
        return await agents.DeleteAsync(name, cancellationToken) ? request.NoContent() : throw ApiException.NotFound($"There is no agent '{name}'.");
    });
}
