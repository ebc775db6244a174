using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary>
/// Timer, daily at 03:00 UTC: removes runs past <c>AgentEval:RetentionDays</c>, and beyond <c>RetentionCount</c> per suite and agent, and what is left
/// beside the runs. A step that breaks does not hold up the other.
/// </summary>
public sealed class Retention(RunDeletions deletions, Housekeeping housekeeping, RetentionOptions options, TimeProvider time)
{
    [Function(nameof(Retention))]
    public Task RunAsync([TimerTrigger("0 0 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        Independently.RunAsync([() => RemoveRunsAsync(client, cancellationToken), () => housekeeping.TidyAsync(client, cancellationToken)], cancellationToken);

    private async Task RemoveRunsAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        await deletions.PurgeAsync(new PurgeRule(time.GetUtcNow() - options.Age, null), client, cancellationToken);
        if (options.Count is { } count)
        {
            await deletions.KeepPerSuiteAndAgentAsync(count, client, cancellationToken);
        }
    }
}
