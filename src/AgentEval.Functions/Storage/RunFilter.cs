using AgentEval.Core.Runs;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Which runs to list; null: any.</summary>
public sealed record RunFilter(string? Agent, string? Suite, RunStatus? Status, DateTimeOffset? From, DateTimeOffset? To)
{
    internal string ToOData()
    {
        var clauses = new List<string> { TableClient.CreateQueryFilter($"PartitionKey eq {StorageNames.RunsPartition}") };
        if (Agent is not null)
        {
            clauses.Add(TableClient.CreateQueryFilter($"Agent eq {Agent}"));
        }

        if (Suite is not null)
        {
            clauses.Add(TableClient.CreateQueryFilter($"Suite eq {Suite}"));
        }

        if (Status is { } status)
        {
            clauses.Add(TableClient.CreateQueryFilter($"Status eq {RunRow.Name(status)}"));
        }

        if (From is { } from)
        {
            clauses.Add(TableClient.CreateQueryFilter($"CreatedAt ge {from}"));
        }

        if (To is { } to)
        {
            clauses.Add(TableClient.CreateQueryFilter($"CreatedAt le {to}"));
        }

        return string.Join(" and ", clauses);
    }
}
