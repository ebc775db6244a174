namespace Microsoft.DurableTask.Client;

/// <summary>Which finished instances.</summary>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null)
{
    /// <summary>Null: no limit. After it the purge stops, and its result says that it is not complete.</summary>
    public TimeSpan? Timeout { get; init; }
}
