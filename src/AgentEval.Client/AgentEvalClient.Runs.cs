using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Client;

public sealed partial class AgentEvalClient
{
    public Task<RunAccepted> CreateRunAsync(RunSubmission submission, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
        var route = options is { Start: false } ? "runs?start=false" : "runs";
        var headers = new Dictionary<string, string?> { ["Idempotency-Key"] = options?.IdempotencyKey, ["X-AgentEval-Initiator"] = options?.Initiator };
        return _transport.SendAsync<RunAccepted>(HttpMethod.Post, route, submission.ToJson(), cancellationToken, headers);
    }

    /// <summary>All submission checks; nothing is queued. A refusal (422) is a view that is not valid, too.</summary>
    public async Task<ValidationView> ValidateRunAsync(RunSubmission submission, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(submission);
        try
        {
            return await _transport.SendAsync<ValidationView>(HttpMethod.Post, "runs/validate", submission.ToJson(), cancellationToken);
        }
        catch (AgentEvalApiException e) when (e.Status == HttpStatusCode.UnprocessableEntity)
        {
            return AsValidation(e.Problem);
        }
    }

    /// <summary>A page of runs, the newest first.</summary>
    public Task<ListPage<RunListItem>> ListRunsAsync(RunQuery? query = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<RunListItem>>("runs" + (query ?? new RunQuery()).ToQueryString(), cancellationToken);

    public async Task<RunSnapshot> GetRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        var document = await _transport.GetAsync<JsonObject>($"runs/{Segment(runId)}", cancellationToken);
        try
        {
            return RunSnapshot.Read(document);
        }
        catch (JsonException e)
        {
            throw new AgentEvalConnectionException($"The service's answer for run {runId} is not understood: {e.Message}", e);
        }
    }

    /// <summary>Starts a run that was created without a start.</summary>
    public Task StartRunAsync(string runId, CancellationToken cancellationToken = default) => ControlAsync(runId, "start", cancellationToken);

    public Task CancelRunAsync(string runId, CancellationToken cancellationToken = default) => ControlAsync(runId, "cancel", cancellationToken);

    public Task PauseRunAsync(string runId, CancellationToken cancellationToken = default) => ControlAsync(runId, "pause", cancellationToken);

    public Task ResumeRunAsync(string runId, CancellationToken cancellationToken = default) => ControlAsync(runId, "resume", cancellationToken);

    /// <summary>Removes the run with all it stored.</summary>
    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"runs/{Segment(runId)}", cancellationToken);

    public Task<ListPage<TrialResult>> ListTrialsAsync(string runId, TrialQuery? query = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<TrialResult>>($"runs/{Segment(runId)}/trials{(query ?? new TrialQuery()).ToQueryString()}", cancellationToken);

    public Task<TrialResult> GetTrialAsync(string runId, string trialId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<TrialResult>($"runs/{Segment(runId)}/trials/{Segment(trialId)}", cancellationToken);

    /// <summary>The trial's events so far, in order, as they arrive.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="trialId">The trial.</param>
    /// <param name="after">Only events with a greater sequence number; 0: all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<TraceEvent> GetTraceAsync(
        string runId, string trialId, int after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var route = $"runs/{Segment(runId)}/trials/{Segment(trialId)}/trace{new QueryString().Add("after", after > 0 ? after : null)}";
        using var response = await _transport.OpenAsync(route, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return ReadEvent(line);
            }
        }
    }

    public Task<ListPage<Violation>> ListViolationsAsync(
        string runId, ViolationQuery? query = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<Violation>>(
            $"runs/{Segment(runId)}/violations{(query ?? new ViolationQuery()).ToQueryString()}", cancellationToken);

    /// <summary>The report's bytes, for a file.</summary>
    public async Task<byte[]> GetReportAsync(string runId, ReportFormat format, CancellationToken cancellationToken = default)
    {
        var route = $"runs/{Segment(runId)}/report{new QueryString().Add<ReportFormat>("format", format)}";
        using var response = await _transport.OpenAsync(route, cancellationToken);
        try
        {
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AgentEvalConnectionException($"The report broke off: {e.Message}", e);
        }
    }

    private Task ControlAsync(string runId, string order, CancellationToken cancellationToken) =>
        _transport.SendAsync(HttpMethod.Post, $"runs/{Segment(runId)}/{order}", cancellationToken);

    private static TraceEvent ReadEvent(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TraceEvent>(line, AgentEvalJson.Options)
                ?? throw new AgentEvalConnectionException("The trace has an empty event.");
        }
        catch (JsonException e)
        {
            throw new AgentEvalConnectionException($"The trace has a line that is no event: {e.Message}", e);
        }
    }

    private static ValidationView AsValidation(ApiProblem problem) =>
        new(false, problem.Errors ?? [], problem.Warnings ?? [], problem.Checks ?? new Dictionary<string, CheckOutcome>());
}
