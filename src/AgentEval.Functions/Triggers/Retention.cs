using System.Globalization;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary>
/// Timer, daily at 03:00 by the host's clock (UTC on Azure): begins a purge of runs past <c>AgentEval:RetentionDays</c>, and beyond <c>RetentionCount</c>
/// per suite and agent (one, however many processes tick), and removes what is left beside the runs. A step that breaks does not hold up the other.
/// </summary>
public sealed class Retention(RunPurges purges, Housekeeping housekeeping, RetentionOptions options, TimeProvider time)
{
    [Function(nameof(Retention))]
    public Task RunAsync([TimerTrigger("0 0 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        Independently.RunAsync([() => PurgeAsync(client, cancellationToken), () => housekeeping.TidyAsync(client, cancellationToken)], cancellationToken);

    private Task PurgeAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var rule = new PurgeRule(OlderThan: now - options.Age, KeepPerSuiteAndAgent: options.Count);
        return purges.StartAsync(string.Create(CultureInfo.InvariantCulture, $"retention-{now:yyyyMMdd}"), rule, client, cancellationToken);
    }
}
