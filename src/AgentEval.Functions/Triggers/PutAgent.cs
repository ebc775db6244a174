using System.Net;
using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>PUT /agents/{name}</c>: stores an agent file, JSON or YAML, in place of an earlier one.</summary>
public sealed class PutAgent(AgentStore agents)
{
    [Function(nameof(PutAgent))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "agents/{name}")] HttpRequestData request,
        string name) => request.AnswerAsync(async cancellationToken =>
    {
        var read = AgentReader.Read(await request.ReadDocumentAsync(RequestBody.MaxBytes, cancellationToken));
        if (read.Value is not { } agent || read.Problems.HasErrors)
        {
            throw ApiException.BadRequest(read.Problems);
        }

        if (agent.Name != Uri.UnescapeDataString(name))
        {
            throw ApiException.BadRequest("agent", ProblemCodes.InvalidValue, $"The file says '{agent.Name}', the address '{name}'.");
        }

        StoredSize.Check(agent.Source);
        return await request.JsonAsync(HttpStatusCode.OK, await agents.PutAsync(agent, cancellationToken));
    });
}
