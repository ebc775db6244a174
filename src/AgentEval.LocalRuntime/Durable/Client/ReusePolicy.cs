using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Client;

/// <summary>Which existing instances refuse a new start under their id.</summary>
internal static class ReusePolicy
{
    private static readonly OrchestrationRuntimeStatus[] Unfinished =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <exception cref="ArgumentException">
    /// A status is unknown, or <c>Terminated</c> refuses while an unfinished instance would have to be terminated first.
    /// </exception>
    public static IReadOnlyCollection<OrchestrationRuntimeStatus> RefusedStatuses(StartOrchestrationOptions? options)
    {
        if (options?.DedupeStatuses is not { } names)
            return Unfinished;
        var statuses = names.Select(Parse).ToHashSet();
        if (statuses.Contains(OrchestrationRuntimeStatus.Terminated) && Unfinished.Any(s => !statuses.Contains(s)))
        {
            throw new ArgumentException(
                "The dedupe statuses contain 'Terminated' but not all of 'Pending', 'Running' and 'Suspended': an instance in one of these would "
                + "be terminated to be replaced, and would then refuse to be replaced.",
                nameof(options));
        }

        return statuses;
    }

    private static OrchestrationRuntimeStatus Parse(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status)
            ? status
            : throw new ArgumentException($"Invalid orchestration runtime status: '{name}' for deduplication.", nameof(name));
}
