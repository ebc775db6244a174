using System.Text.Json;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>What the operators of a run ask of it; read before every trial.</summary>
public enum RunControl
{
    None,
    Pause,
    Cancel,
}

/// <summary>A row of the table Runs.</summary>
public sealed record RunRow
{
    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public RunControl Control { get; init; }

    public Verdict? Verdict { get; init; }

    public required string Suite { get; init; }

    public required string SuiteVersion { get; init; }

    public required string Agent { get; init; }

    public required string InitiatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>0 until the run is planned.</summary>
    public int TotalTrials { get; init; }

    public string? Message { get; init; }

    internal ETag ETag { get; init; }

    internal TableEntity ToEntity()
    {
        var entity = new TableEntity(StorageNames.RunsPartition, RunId)
        {
            ["SchemaVersion"] = 1,
            ["Status"] = Name(Status),
            ["Control"] = Name(Control),
            ["Verdict"] = Verdict is { } verdict ? Name(verdict) : "",
            ["Suite"] = Suite,
            ["SuiteVersion"] = SuiteVersion,
            ["Agent"] = Agent,
            ["InitiatedBy"] = InitiatedBy,
            ["CreatedAt"] = CreatedAt,
            ["Labels"] = JsonSerializer.Serialize(Labels, AgentEvalJson.Options),
            ["TotalTrials"] = TotalTrials,
            ["Message"] = Message ?? "",
        };
        if (StartedAt is { } started)
        {
            entity["StartedAt"] = started;
        }

        if (FinishedAt is { } finished)
        {
            entity["FinishedAt"] = finished;
        }

        return entity;
    }

    internal static RunRow From(TableEntity entity) => new()
    {
        RunId = entity.RowKey,
        Status = Parse<RunStatus>(entity, "Status"),
        Control = Parse<RunControl>(entity, "Control"),
        Verdict = entity.GetString("Verdict") is { Length: > 0 } verdict ? Enum.Parse<Verdict>(verdict, ignoreCase: true) : null,
        Suite = entity.GetString("Suite") ?? "",
        SuiteVersion = entity.GetString("SuiteVersion") ?? "",
        Agent = entity.GetString("Agent") ?? "",
        InitiatedBy = entity.GetString("InitiatedBy") ?? "",
        CreatedAt = entity.GetDateTimeOffset("CreatedAt") ?? default,
        StartedAt = entity.GetDateTimeOffset("StartedAt"),
        FinishedAt = entity.GetDateTimeOffset("FinishedAt"),
        Labels = JsonSerializer.Deserialize<Dictionary<string, string>>(entity.GetString("Labels") is { Length: > 0 } labels ? labels : "{}", AgentEvalJson.Options)!,
        TotalTrials = entity.GetInt32("TotalTrials") ?? 0,
        Message = entity.GetString("Message") is { Length: > 0 } message ? message : null,
        ETag = entity.ETag,
    };

    internal RunListItem ToListItem() => new()
    {
        RunId = RunId,
        Status = Status,
        Verdict = Verdict,
        Suite = Suite,
        SuiteVersion = SuiteVersion,
        Agent = Agent,
        InitiatedBy = InitiatedBy,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        FinishedAt = FinishedAt,
        Labels = Labels,
        Message = Message,
    };

    /// <summary>As filters and the API spell it.</summary>
    internal static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static TEnum Parse<TEnum>(TableEntity entity, string property)
        where TEnum : struct, Enum => Enum.TryParse<TEnum>(entity.GetString(property), ignoreCase: true, out var value) ? value : default;
}
