using System.Text;
using AgentEval.LocalRuntime.Durable.Hub;
using Azure.Data.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Client;

/// <summary>Finds instances by their rows.</summary>
internal static class InstanceQueries
{
    // The table service's own limit.
    private const int MaxPageSize = 1000;

    private static readonly OrchestrationRuntimeStatus[] FinishedStatuses =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    public static async Task<Page<OrchestrationMetadata>> ReadPageAsync(
        HubParts parts, OrchestrationQuery query, string? continuation, int? pageSize, CancellationToken cancellation)
    {
        var (instances, next) = await parts.Instances.QueryAsync(
            Filter(query),
            query.FetchInputsAndOutputs,
            Math.Clamp(pageSize ?? query.PageSize, 1, MaxPageSize),
            continuation ?? query.ContinuationToken,
            cancellation);
        return new Page<OrchestrationMetadata>([.. instances.Select(i => InstanceMetadata.Of(i.State, query.FetchInputsAndOutputs))], next);
    }

    /// <summary>Only finished instances can be purged by a filter.</summary>
    public static OrchestrationQuery Finished(PurgeInstancesFilter filter) => new(
        filter.CreatedFrom,
        filter.CreatedTo,
        filter.Statuses is { } statuses ? [.. statuses.Intersect(FinishedStatuses)] : FinishedStatuses,
        PageSize: MaxPageSize);

    private static string Filter(OrchestrationQuery query)
    {
        var filter = new StringBuilder();
        if (query.CreatedFrom is { } from)
            And(filter, $"CreatedAt ge {from.ToUniversalTime()}");
        if (query.CreatedTo is { } to)
            And(filter, $"CreatedAt le {to.ToUniversalTime()}");
        if (query.InstanceIdPrefix is { Length: > 0 } prefix)
        {
            And(filter, $"PartitionKey ge {prefix}");
            And(filter, $"PartitionKey lt {prefix[..^1] + (char)(prefix[^1] + 1)}");
        }

        if (query.Statuses is { } statuses)
        {
            var any = string.Join(" or ", statuses.Select(s => $"Status eq '{s}'"));
            filter.Append(" and (").Append(any.Length > 0 ? any : "Status eq 'None'").Append(')');
        }

        return filter.ToString();
    }

    private static void And(StringBuilder filter, FormattableString condition) =>
        filter.Append(" and ").Append(TableClient.CreateQueryFilter(condition));
}
