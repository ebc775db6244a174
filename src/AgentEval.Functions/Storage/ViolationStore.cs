using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Rows of the table Violations: a partition per run, in the order of trials and events.</summary>
public sealed class ViolationStore
{
    private readonly TableClient _violations;

    public ViolationStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _violations = connections.Tables.GetTableClient(StorageNames.ViolationsTable);
    }

    public Task UpsertAsync(string runId, TrialResult trial, IReadOnlyList<Violation> violations, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var trialKey = StorageNames.TrialKey(trial.ScenarioId, trial.Epoch, trial.Attack);
        var numbered = violations
            .GroupBy(violation => violation.Seq)
            .SelectMany(group => group.Select((violation, index) => ToRow(runId, StorageNames.ViolationKey(trialKey, group.Key, index + 1), violation)));
        return TableBatches.UpsertAsync(_violations, numbered, cancellationToken);
    }

    public async Task<ListPage<Violation>> ListAsync(string runId, ViolationFilter filter, int top, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var pages = _violations.QueryAsync<TableEntity>(filter.ToOData(runId), maxPerPage: top, cancellationToken: cancellationToken).AsPages(cursor, top);
        await foreach (var page in pages)
        {
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return new ListPage<Violation>([.. page.Values.Select(JsonColumns.Read<Violation>)], page.ContinuationToken);
            }
        }

        return new ListPage<Violation>([], null);
    }

    private static (TableEntity Entity, int Bytes) ToRow(string runId, string key, Violation violation)
    {
        var entity = new TableEntity(runId, key)
        {
            ["SchemaVersion"] = 1,
            ["Validator"] = violation.Validator,
            ["Type"] = violation.Type,
            ["Severity"] = RunRow.Name(violation.Severity),
        };
        return (entity, JsonColumns.Write(entity, violation));
    }
}

/// <summary>Which violations to list; null: any.</summary>
public sealed record ViolationFilter(string? Validator, string? Type, Severity? Severity)
{
    internal string ToOData(string runId)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {runId}");
        if (Validator is not null)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Validator eq {Validator}");
        }

        if (Type is not null)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Type eq {Type}");
        }

        if (Severity is { } severity)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Severity eq {RunRow.Name(severity)}");
        }

        return filter;
    }
}
