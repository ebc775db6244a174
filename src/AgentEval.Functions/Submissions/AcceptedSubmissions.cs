using AgentEval.Functions.Activities;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// Hands submissions to an orchestration that turns them into runs. What is written is started by whoever comes first: the request or message that
/// brought it, the same once more, or the minute timer.
/// </summary>
public sealed class AcceptedSubmissions(SubmissionStore store)
{
    public async Task AcceptAsync(SubmissionDocument document, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        await store.WriteAsync(document, cancellationToken);
        await StartAsync(document.SubmissionId, client, cancellationToken);
    }

    /// <summary>Nothing happens when all of it has become runs.</summary>
    public async Task ContinueAsync(string submissionId, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await store.IsOpenAsync(submissionId, cancellationToken))
        {
            await StartAsync(submissionId, client, cancellationToken);
        }
    }

    /// <summary>Starts every unfinished submission that nothing works on: a process died before it could, or storage was away for too long.</summary>
    public async Task ContinueAllAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var open = await store.ListAsync(cancellationToken);
        await Independently.RunAsync(open.Select<string, Func<Task>>(id => () => StartAsync(id, client, cancellationToken)), cancellationToken);
    }

    private static Task StartAsync(string submissionId, DurableTaskClient client, CancellationToken cancellationToken) => SingleInstance.StartAsync(
        client, nameof(SubmissionOrchestrator), InstanceIds.Submission(submissionId), new SubmitSliceInput(submissionId, 0), cancellationToken);
}
