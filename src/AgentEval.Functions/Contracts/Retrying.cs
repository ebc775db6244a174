using AgentEval.Functions.Storage;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Contracts;

/// <summary>
/// How activities are repeated. Everything is, but what can never succeed: a worker that is killed under a living host arrives as a failed
/// activity like any other. Agents' own failures never get here: they are data on the trial.
/// </summary>
internal static class Retrying
{
    private static readonly string[] Permanent =
    [
        typeof(StoredDocumentMissingException).FullName!,
        typeof(PermanentFailureException).FullName!,
    ];

    /// <summary>A trial: 5 executions, 2 s to 1 min apart.</summary>
    public static TaskOptions Trial { get; } = Policy(attempts: 5, first: TimeSpan.FromSeconds(2), longest: TimeSpan.FromMinutes(1));

    /// <summary>A step of the run itself: 10 executions, 1 s to 2 min apart, so that an outage of the storage account is outlived.</summary>
    public static TaskOptions Step { get; } = Policy(attempts: 10, first: TimeSpan.FromSeconds(1), longest: TimeSpan.FromMinutes(2));

    private static TaskOptions Policy(int attempts, TimeSpan first, TimeSpan longest) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(attempts, first, backoffCoefficient: 2.0, maxRetryInterval: longest)
        {
            HandleFailure = failure => !Permanent.Contains(failure.ErrorType),
        });
}
