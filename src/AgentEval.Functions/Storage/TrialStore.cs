using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Rows of the table Trials: a partition per run. Input and raw answer stand in the trace only.</summary>
public sealed class TrialStore
{
    /// <summary>A row has at most 1 MiB, by some counts in base64.</summary>
    private const int MaxRowBytes = 700_000;
    private const int SurelyFits = 100_000;

    private static readonly string[] StatusColumn = ["Status"];

    private readonly TableClient _trials;

    public TrialStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _trials = connections.Tables.GetTableClient(StorageNames.TrialsTable);
    }

    public Task UpsertAsync(string runId, IEnumerable<TrialResult> trials, CancellationToken cancellationToken) =>
        TableBatches.UpsertAsync(_trials, trials.Select(trial => ToRow(runId, trial)), cancellationToken);

    public async Task<TrialResult?> FindAsync(string runId, string scenarioId, int epoch, string? attack, CancellationToken cancellationToken)
    {
        var key = StorageNames.TrialKey(scenarioId, epoch, attack);
        var found = await _trials.GetEntityIfExistsAsync<TableEntity>(runId, key, cancellationToken: cancellationToken);
        return found.HasValue ? JsonColumns.Read<TrialResult>(found.Value!) : null;
    }

    /// <summary>Null: the trial has no row yet.</summary>
    public async Task<TrialStatus?> FindStatusAsync(string runId, string scenarioId, int epoch, CancellationToken cancellationToken)
    {
        var key = StorageNames.TrialKey(scenarioId, epoch, attack: null);
        var found = await _trials.GetEntityIfExistsAsync<TableEntity>(runId, key, StatusColumn, cancellationToken);
        return found.HasValue ? Enum.Parse<TrialStatus>(found.Value!.GetString("Status"), ignoreCase: true) : null;
    }

    /// <summary>In the order of scenario ids and epochs.</summary>
    public async Task<ListPage<TrialResult>> ListAsync(string runId, TrialFilter filter, int top, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var pages = _trials.QueryAsync<TableEntity>(filter.ToOData(runId), maxPerPage: top, cancellationToken: cancellationToken).AsPages(cursor, top);
        await foreach (var page in pages)
        {
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return new ListPage<TrialResult>([.. page.Values.Select(JsonColumns.Read<TrialResult>)], page.ContinuationToken);
            }
        }

        return new ListPage<TrialResult>([], null);
    }

    /// <summary>Those that need attention first, then the passed ones, at most <paramref name="most"/>.</summary>
    public async Task<IReadOnlyList<TrialResult>> ReadForReportAsync(string runId, int most, CancellationToken cancellationToken)
    {
        var partition = TableClient.CreateQueryFilter($"PartitionKey eq {runId}");
        var trials = new List<TrialResult>();
        foreach (var filter in new[] { $"{partition} and Status ne 'passed'", $"{partition} and Status eq 'passed'" })
        {
            await foreach (var entity in _trials.QueryAsync<TableEntity>(filter, maxPerPage: 1000, cancellationToken: cancellationToken))
            {
                if (trials.Count == most)
                {
                    return trials;
                }

                trials.Add(JsonColumns.Read<TrialResult>(entity));
            }
        }

        return trials;
    }

    /// <summary>Of an output that is too long for a row it keeps the beginning; the trace has it all.</summary>
    private static TrialResult Fit(TrialResult trial)
    {
        while (trial.Output is { Length: > SurelyFits } output && JsonColumns.Measure(trial) > MaxRowBytes)
        {
            var kept = output.Length / 2;
            kept -= char.IsHighSurrogate(output[kept - 1]) ? 1 : 0;
            trial = trial with { Output = output[..kept], OutputTruncated = true };
        }

        return trial;
    }

    private static (TableEntity Entity, int Bytes) ToRow(string runId, TrialResult trial)
    {
        var entity = new TableEntity(runId, StorageNames.TrialKey(trial.ScenarioId, trial.Epoch, trial.Attack))
        {
            ["SchemaVersion"] = trial.SchemaVersion,
            ["Status"] = RunRow.Name(trial.Status),
            ["Scenario"] = trial.ScenarioId,
        };
        return (entity, JsonColumns.Write(entity, Fit(trial with { Input = null, RawResponse = null })));
    }
}

/// <summary>Which trials to list; null: any.</summary>
public sealed record TrialFilter(TrialStatus? Status, string? Scenario)
{
    internal string ToOData(string runId)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {runId}");
        if (Status is { } status)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Status eq {RunRow.Name(status)}");
        }

        if (Scenario is not null)
        {
            filter += " and " + TableClient.CreateQueryFilter($"Scenario eq {Scenario}");
        }

        return filter;
    }
}
