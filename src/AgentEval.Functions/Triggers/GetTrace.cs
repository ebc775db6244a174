using System.Text.Json;
using AgentEval.Core.Json;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Traces;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}/trials/{trialId}/trace?after=SEQ</c>: JSON Lines, also while the trial runs.</summary>
public sealed class GetTrace(RunStore runs, TraceStore traces, TrialViews views)
{
    [Function(nameof(GetTrace))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/trials/{trialId}/trace")] HttpRequestData request,
        string id,
        string trialId) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var after = query.Number("after", 0, 0, int.MaxValue);
        query.Check();
        await runs.RequireAsync(id, cancellationToken);
        var trial = Uri.UnescapeDataString(trialId);
        var stored = TrialIds.Parse(trial) is null ? StoredTrace.None : await traces.ReadAsync(id, trial, cancellationToken);
        if (!stored.Exists && await views.FindAsync(id, trial, cancellationToken) is null)
        {
            throw ApiException.NotFound($"Run {id} has no trial '{trialId}'. GET /api/runs/{id}/trials lists them.");
        }

        return await request.ContentAsync("application/x-ndjson; charset=utf-8", Lines(stored.Events.Where(each => each.Seq > after)));
    });

    private static ReadOnlyMemory<byte> Lines(IEnumerable<TraceEvent> events)
    {
        using var lines = new MemoryStream();
        foreach (var each in events)
        {
            JsonSerializer.Serialize(lines, each, AgentEvalJson.Options);
            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }
}
