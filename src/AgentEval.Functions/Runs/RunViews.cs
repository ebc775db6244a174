using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>What <c>GET /runs/{id}</c> answers: the run as it stands, or the result with the progress added.</summary>
public sealed class RunViews(RunStore runs, ReportStore reports, RunProgressReader progress, RunQueue queue)
{
    /// <summary>Null: there is no such run.</summary>
    public async Task<JsonObject?> FindAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!RunIds.IsValid(runId) || await runs.FindAsync(runId, cancellationToken) is not { } row)
        {
            return null;
        }

        var document = await runs.ReadDocumentAsync(runId, cancellationToken);
        var delaySeconds = (double?)document.Settings["execution"]?["delaySeconds"] ?? 0;
        var current = await progress.ReadAsync(row, delaySeconds, client, cancellationToken);
        var position = row.Status == RunStatus.Queued ? await queue.FindPositionAsync(runId, cancellationToken) : null;
        var view = JsonSerializer.SerializeToNode(Describe(row, document, current) with { QueuePosition = position }, AgentEvalJson.Options)!.AsObject();
        return row.Status.IsFinished() && await FindResultAsync(runId, cancellationToken) is { } result ? Overlay(view, result) : view;
    }

    internal static IReadOnlyDictionary<string, string> Links(string runId) => new Dictionary<string, string>
    {
        ["self"] = $"/api/runs/{runId}",
        ["trials"] = $"/api/runs/{runId}/trials",
        ["violations"] = $"/api/runs/{runId}/violations",
        ["report"] = $"/api/runs/{runId}/report",
        ["cancel"] = $"/api/runs/{runId}/cancel",
    };

    private static RunView Describe(RunRow row, RunDocument document, RunProgress current) => new()
    {
        RunId = row.RunId,
        Status = row.Status,
        Suite = document.SuiteIdentity,
        Agent = document.AgentIdentity,
        InitiatedBy = row.InitiatedBy,
        CreatedAt = row.CreatedAt,
        StartedAt = row.StartedAt,
        FinishedAt = row.FinishedAt,
        Configuration = document.Settings,
        Progress = current,
        Labels = row.Labels,
        Links = Links(row.RunId),
        Message = row.Message,
    };

    private async Task<JsonObject?> FindResultAsync(string runId, CancellationToken cancellationToken)
    {
        var content = await reports.FindAsync(runId, ReportCatalogue.Find("json")!.FileName, cancellationToken);
        return content is null ? null : JsonNode.Parse(content.ToMemory().Span)!.AsObject();
    }

    private static JsonObject Overlay(JsonObject view, JsonObject result)
    {
        foreach (var (key, value) in result.ToList())
        {
            result.Remove(key);
            view[key] = value;
        }

        return view;
    }
}
