using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Submissions;

/// <summary>What became of one request of a submission.</summary>
/// <param name="Problems">Without errors it is a run, or was one that has been deleted since; null: nothing became of it yet.</param>
/// <param name="IsQueueFull">Because the queue of runs has no room.</param>
/// <param name="IsBroken">Because the app broke on it.</param>
public sealed record RequestOutcome(ProblemList? Problems, bool IsQueueFull = false, bool IsBroken = false);

/// <summary>
/// Submits one request of a submission. One on which the app breaks is tried a few times and then refused, so that it does not hold up what is behind it.
/// Trouble of the storage account or the host never counts against a request: it is thrown, and tried for as long as it lasts.
/// </summary>
public sealed partial class AcceptedRequests(SubmissionService submissions, RunStore runs, RunRemover remover, ILogger<AcceptedRequests> logger)
{
    internal const int MostTries = 5;

    private const int MaxReason = 300;

    /// <param name="document">The submission.</param>
    /// <param name="index">The request's place in it, from 0.</param>
    /// <param name="runId">The id the run gets.</param>
    /// <param name="broke">How often the app has broken on it.</param>
    /// <param name="client">The task hub.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task<RequestOutcome> SubmitAsync(
        SubmissionDocument document, int index, string runId, int broke, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            return await TryAsync(document, index, runId, client, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && (Outages.IsRefusedValue(failure) || !Outages.IsOutage(failure)))
        {
            LogBroken(index, document.SubmissionId, broke + 1, failure);
            if (await runs.FindAsync(runId, cancellationToken) is not null)
            {
                // The run is stored, and the minute timer starts it.
                return new RequestOutcome(new ProblemList());
            }

            if (broke + 1 < MostTries)
            {
                return new RequestOutcome(null, IsBroken: true);
            }

            await remover.RemoveAsync(runId, cancellationToken);
            return new RequestOutcome(GiveUp(failure));
        }
    }

    private async Task<RequestOutcome> TryAsync(
        SubmissionDocument document, int index, string runId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var read = RunRequestReader.Read(document.Runs[index]);
        if (read.Value is null || read.Problems.HasErrors)
        {
            return new RequestOutcome(read.Problems);
        }

        var origin = new SubmissionOrigin(document.InitiatedBy, null, Start: true, runId, WaitsForRoom: true);
        var outcome = await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken);
        return outcome switch
        {
            { Accepted: not null } or { IsDeleted: true } => new RequestOutcome(new ProblemList()),
            { Refusal.Status: 429 } => new RequestOutcome(null, IsQueueFull: true),
            _ => new RequestOutcome(outcome.Refusal!.ToProblems()),
        };
    }

    private static ProblemList GiveUp(Exception failure)
    {
        var problems = new ProblemList();
        var reason = failure.Message.Split('\n')[0].Trim();
        problems.Error("", ProblemCodes.Unsupported, Outages.IsRefusedValue(failure)
            ? $"The storage account refuses a value of this request, probably a text that is too long: {Cut(reason)}"
            : $"The app broke on this request {MostTries} times and gave it up: {failure.GetType().Name}: {Cut(reason)} Its log says more.");
        return problems;
    }

    private static string Cut(string text) => text.Length <= MaxReason ? text : text[..MaxReason] + "…";

    [LoggerMessage(Level = LogLevel.Error, Message = "The app broke on request {Index} of the submission {SubmissionId} (try {Number})")]
    private partial void LogBroken(int index, string submissionId, int number, Exception failure);
}
