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
/// <param name="WaitsForRoom">It comes again while the queue of runs is full: its checks, which take time, are left until there is room.</param>
public sealed record SubmissionOrigin(string InitiatedBy, string? IdempotencyKey, bool Start, string? RunId = null, bool WaitsForRoom = false);

/// <summary>Exactly one of the two is there.</summary>
/// <param name="Accepted">It is a run.</param>
/// <param name="Refusal">It is none, and why.</param>
/// <param name="IsDeleted">It became a run before, and that was deleted or is just being deleted: nothing is left to do. The refusal says so to who waits for an answer.</param>
public sealed record SubmissionOutcome(RunAccepted? Accepted, ApiProblem? Refusal, bool IsDeleted = false);

/// <summary>Turns a run request into a queued run. Every door (HTTP, queue, timer) comes through here.</summary>
public sealed class SubmissionService(SubmissionChecks checks, RunStore runs, IdempotencyStore idempotency, RunQueue queue, TimeProvider time)
{
    /// <summary>All checks, nothing written.</summary>
    public Task<CheckedSubmission> CheckAsync(RunRequest request, ProblemList shape, CancellationToken cancellationToken) =>
        checks.CheckAsync(request, shape, cancellationToken);

    /// <summary>What came before is looked up before anything is checked: it has its run, whatever became of its suite and agent since.</summary>
    public async Task<SubmissionOutcome> SubmitAsync(
        RunRequest request, ProblemList shape, SubmissionOrigin origin, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(origin);
        var hash = CanonicalJson.Hash(request.Source);
        var earlier = origin.IdempotencyKey is { } key ? await idempotency.FindAsync(key, cancellationToken) : null;
        if (earlier is not null && earlier.BodyHash != hash)
        {
            return new SubmissionOutcome(null, KeyTaken(origin.IdempotencyKey!));
        }

        if ((earlier?.RunId ?? origin.RunId) is { } knownId && await FindEarlierAsync(knownId, client, cancellationToken) is { } known)
        {
            return known;
        }

        if (origin.WaitsForRoom && await queue.IsFullAsync(cancellationToken))
        {
            return new SubmissionOutcome(null, QueueFull());
        }

        var submission = await checks.CheckAsync(request, shape, cancellationToken);
        if (submission.Problems.HasErrors)
        {
            return new SubmissionOutcome(null, submission.ToProblem());
        }

        return origin.Start && await queue.IsFullAsync(cancellationToken)
            ? new SubmissionOutcome(null, QueueFull())
            : await TakeAsync(submission, origin, hash, client, cancellationToken);
    }

    /// <summary>What it is when it came before; null: it comes for the first time.</summary>
    private async Task<SubmissionOutcome?> FindEarlierAsync(string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await idempotency.IsRemovedAsync(runId, cancellationToken))
        {
            return Deleted(runId);
        }

        if (await runs.FindAsync(runId, cancellationToken) is not { } row)
        {
            return null;
        }

        try
        {
            var document = await runs.ReadDocumentAsync(runId, cancellationToken);
            return await AcceptAsync(row, document.Warnings, client, cancellationToken);
        }
        catch (StoredDocumentMissingException)
        {
            return Deleted(runId);
        }
    }

    /// <summary>Of the same submission twice at once, the one that claims the key first names the run of both.</summary>
    private async Task<SubmissionOutcome> TakeAsync(
        CheckedSubmission submission, SubmissionOrigin origin, string hash, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var runId = origin.RunId ?? RunIds.Create(time);
        if (origin.IdempotencyKey is { } key)
        {
            var entry = await idempotency.ClaimAsync(key, new IdempotencyEntry(runId, hash, time.GetUtcNow()), cancellationToken);
            if (entry.BodyHash != hash)
            {
                return new SubmissionOutcome(null, KeyTaken(key));
            }

            runId = entry.RunId;
        }

        var row = await runs.FindAsync(runId, cancellationToken) ?? await EnqueueAsync(runId, submission, origin, cancellationToken);
        return await AcceptAsync(row, submission.Problems.Warnings, client, cancellationToken);
    }

    /// <summary>The run is stored, so nothing refuses it any more; where others advance the queue all the time, they start it.</summary>
    private async Task<SubmissionOutcome> AcceptAsync(RunRow row, IReadOnlyList<Problem> warnings, DurableTaskClient client, CancellationToken cancellationToken)
    {
        await queue.AdvanceAsync(client, cancellationToken);
        return new SubmissionOutcome(new RunAccepted(row.RunId, row.Status, warnings, RunViews.Links(row.RunId)), null);
    }

    /// <summary>The document, its place in the queue, then the row: stopped in between, the same submission goes on from there.</summary>
    private async Task<RunRow> EnqueueAsync(string runId, CheckedSubmission submission, SubmissionOrigin origin, CancellationToken cancellationToken)
    {
        var document = ToDocument(runId, submission, origin);
        await runs.WriteDocumentAsync(document, cancellationToken);
        var row = ToRow(document, origin);
        if (origin.Start)
        {
            await queue.EnterAsync(runId, StartOf(submission.Settings!, row.CreatedAt), cancellationToken);
        }

        await runs.TryInsertAsync(row, cancellationToken);
        return row;
    }

    /// <summary>Not before it came: the queue drops what waits for a row that never comes, by its time.</summary>
    private static DateTimeOffset StartOf(RunSettings settings, DateTimeOffset createdAt) =>
        settings.StartAt is { } startAt && startAt > createdAt ? startAt : createdAt;

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

    internal static ApiProblem QueueFull() => new()
    {
        Title = "Too many runs",
        Status = 429,
        Detail = "The queue of runs is full (AgentEval:MaxQueuedRuns). Try again when some have ended.",
    };

    private static SubmissionOutcome Deleted(string runId)
    {
        var refusal = new ApiProblem
        {
            Title = "Run being deleted",
            Status = 409,
            Detail = $"This submission became the run '{runId}' before, which is being deleted. Send it again in a moment: then it is a new run.",
        };
        return new SubmissionOutcome(null, refusal, IsDeleted: true);
    }

    private static ApiProblem KeyTaken(string key) => new()
    {
        Title = "Idempotency-Key already used",
        Status = 409,
        Detail = $"The Idempotency-Key '{key}' came with a different submission before; use another key.",
    };
}
