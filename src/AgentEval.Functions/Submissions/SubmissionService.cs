using System.Security.Cryptography;
using System.Text;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <param name="InitiatedBy"><c>http</c>, <c>cli</c>, <c>queue</c> or <c>timer</c>.</param>
/// <param name="IdempotencyKey">The same key and submission give the same run; null: every submission is a new run.</param>
/// <param name="Start">False: the run is created and waits for its start.</param>
/// <param name="RunId">The id the run gets, derived from the message or the schedule it came by, so that coming twice it is one run; null: a new id.</param>
public sealed record SubmissionOrigin(string InitiatedBy, string? IdempotencyKey, bool Start, string? RunId = null);

/// <summary>Exactly one of the two is there.</summary>
public sealed record SubmissionOutcome(RunAccepted? Accepted, ApiProblem? Refusal);

/// <summary>Turns a run request into a queued run. Every door (HTTP, queue, timer) comes through here.</summary>
public sealed class SubmissionService(SubmissionChecks checks, RunStore runs, IdempotencyStore idempotency, RunQueue queue, TimeProvider time)
{
    /// <summary>All checks, nothing written.</summary>
    public Task<CheckedSubmission> CheckAsync(RunRequest request, ProblemList shape, CancellationToken cancellationToken) =>
        checks.CheckAsync(request, shape, cancellationToken);

    public async Task<SubmissionOutcome> SubmitAsync(
        RunRequest request, ProblemList shape, SubmissionOrigin origin, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(origin);
        var submission = await checks.CheckAsync(request, shape, cancellationToken);
        if (submission.Problems.HasErrors)
        {
            return new SubmissionOutcome(null, submission.ToProblem());
        }

        var runId = origin.RunId ?? RunIds.Create(time);
        if (origin.IdempotencyKey is { } key)
        {
            var entry = await idempotency.ClaimAsync(key, new IdempotencyEntry(runId, CanonicalJson.Hash(request.Source)), cancellationToken);
            if (entry.BodyHash != CanonicalJson.Hash(request.Source))
            {
                return new SubmissionOutcome(null, KeyTaken(key));
            }

            runId = entry.RunId;
        }

        var row = await runs.FindAsync(runId, cancellationToken);
        if (row is null && await queue.IsFullAsync(cancellationToken))
        {
            return new SubmissionOutcome(null, QueueFull());
        }

        row ??= await EnqueueAsync(runId, submission, origin, cancellationToken);
        await queue.AdvanceAsync(client, cancellationToken);
        return new SubmissionOutcome(new RunAccepted(runId, row.Status, submission.Problems.Warnings, RunViews.Links(runId)), null);
    }

    /// <summary>The document, its place in the queue, then the row: stopped in between, the same submission goes on from there.</summary>
    private async Task<RunRow> EnqueueAsync(string runId, CheckedSubmission submission, SubmissionOrigin origin, CancellationToken cancellationToken)
    {
        var document = ToDocument(runId, submission, origin);
        await runs.WriteDocumentAsync(document, cancellationToken);
        var row = ToRow(document, origin);
        if (origin.Start)
        {
            await queue.EnterAsync(runId, submission.Settings!.StartAt ?? row.CreatedAt, cancellationToken);
        }

        await runs.TryInsertAsync(row, cancellationToken);
        return row;
    }

    private RunDocument ToDocument(string runId, CheckedSubmission submission, SubmissionOrigin origin)
    {
        var (suite, agent, settings) = (submission.Suite!, submission.Agent!, submission.Settings!);
        var seed = settings.Seed ?? Seeds.FromText(runId);
        return new RunDocument
        {
            RunId = runId,
            Seed = seed,
            Suite = suite.Source,
            Agent = agent.Source,
            Settings = SettingsLayers.ToJson(settings with { Seed = seed }),
            RequestSettings = submission.Request.Settings,
            SuiteIdentity = new SuiteIdentity(suite.Name, suite.Version, suite.ContentHash),
            AgentIdentity = new AgentIdentity(agent.Name, agent.Version, AgentReader.NameOf(agent.Type), agent.Model, EndpointHash(agent)),
            InitiatedBy = origin.InitiatedBy,
            CreatedAt = time.GetUtcNow(),
            Submitter = submission.Request.Submitter,
            Labels = submission.Request.Labels,
            Warnings = submission.Problems.Warnings,
        };
    }

    private static RunRow ToRow(RunDocument document, SubmissionOrigin origin) => new()
    {
        RunId = document.RunId,
        Status = origin.Start ? RunStatus.Queued : RunStatus.Created,
        Suite = document.SuiteIdentity.Name,
        SuiteVersion = document.SuiteIdentity.Version,
        Agent = document.AgentIdentity.Name,
        InitiatedBy = document.InitiatedBy,
        CreatedAt = document.CreatedAt,
        Labels = document.Labels,
    };

    /// <summary>Tells whether two runs spoke to the same place, without telling where.</summary>
    private static string? EndpointHash(AgentSpec agent) => agent.Urls.Count == 0
        ? null
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', agent.Urls.Select(url => url.AbsoluteUri)))))[..16];

    private static ApiProblem QueueFull() => new()
    {
        Title = "Too many runs",
        Status = 429,
        Detail = "The queue of runs is full (AgentEval:MaxQueuedRuns). Try again when some have ended.",
    };

    private static ApiProblem KeyTaken(string key) => new()
    {
        Title = "Idempotency-Key already used",
        Status = 409,
        Detail = $"The Idempotency-Key '{key}' came with a different submission before; use another key.",
    };
}
