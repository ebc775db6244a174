using AgentEval.LocalRuntime.Durable.History;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>How an <see cref="InstanceState"/> stands in its table row.</summary>
internal static class InstanceRow
{
    public const string RowKey = "instance";

    /// <summary>What a query without inputs and outputs asks for.</summary>
    public static readonly string[] SmallColumns =
        ["PartitionKey", "RowKey", "Name", "Version", "ExecutionId", "Generation", "Status", "CreatedAt", "LastUpdatedAt", "Tags"];

    /// <param name="next">The state to write.</param>
    /// <param name="stored">What the row has: what has not changed is left out. Null: everything is written.</param>
    public static TableEntity Write(InstanceState next, InstanceState? stored)
    {
        var row = new TableEntity(next.InstanceId, RowKey)
        {
            ["Status"] = next.Status.ToString(),
            ["LastUpdatedAt"] = next.LastUpdatedAt,
            ["Epoch"] = next.Epoch,
            ["Commits"] = next.Commits,
            ["HistoryRows"] = next.HistoryRows,
            ["HasUnsent"] = next.HasUnsent,
        };
        if (stored is null || stored.ExecutionId != next.ExecutionId)
            WriteExecution(row, next);
        WritePayload(row, "Input", next.Input, stored?.Input);
        WritePayload(row, "Output", next.Output, stored?.Output);
        WritePayload(row, "CustomStatus", next.CustomStatus, stored?.CustomStatus);
        WritePayload(row, "Failure", next.Failure, stored?.Failure);
        return row;
    }

    public static StoredInstance Read(TableEntity row) => new(
        new InstanceState
        {
            InstanceId = row.PartitionKey,
            Name = row.GetString("Name"),
            Version = row.GetString("Version"),
            ExecutionId = row.GetString("ExecutionId"),
            Generation = row.GetInt32("Generation") ?? 1,
            Status = Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("Status")),
            CreatedAt = row.GetDateTimeOffset("CreatedAt") ?? default,
            LastUpdatedAt = row.GetDateTimeOffset("LastUpdatedAt") ?? default,
            StartAt = row.GetDateTimeOffset("StartAt"),
            Input = ReadPayload(row, "Input"),
            Output = ReadPayload(row, "Output"),
            CustomStatus = ReadPayload(row, "CustomStatus"),
            Failure = ReadPayload(row, "Failure"),
            Tags = row.GetString("Tags"),
            Parent = ReadParent(row),
            Epoch = row.GetInt64("Epoch") ?? 0,
            Commits = row.GetInt64("Commits") ?? 0,
            HistoryRows = row.GetInt32("HistoryRows") ?? 0,
            HasUnsent = row.GetBoolean("HasUnsent") ?? false,
        },
        row.ETag);

    private static void WriteExecution(TableEntity row, InstanceState next)
    {
        row["Name"] = next.Name;
        row["Version"] = next.Version;
        row["ExecutionId"] = next.ExecutionId;
        row["Generation"] = next.Generation;
        row["CreatedAt"] = next.CreatedAt;
        if (next.StartAt is { } startAt)
            row["StartAt"] = startAt;
        if (next.Tags is { } tags)
            row["Tags"] = tags;
        if (next.Parent is not { } parent)
            return;
        row["ParentId"] = parent.InstanceId;
        row["ParentName"] = parent.Name;
        row["ParentExecution"] = parent.ExecutionId;
        row["ParentTask"] = parent.TaskId;
    }

    private static ParentCall? ReadParent(TableEntity row) => row.GetString("ParentId") is { } id
        ? new ParentCall(id, row.GetString("ParentName"), row.GetString("ParentExecution"), row.GetInt32("ParentTask") ?? 0)
        : null;

    // A merge cannot take a property away: "" says that there is none. JSON is never empty.
    private static void WritePayload(TableEntity row, string name, Payload? payload, Payload? stored)
    {
        if (ReferenceEquals(payload, stored) || payload == stored)
            return;
        row[name] = payload is { Blob: null } ? payload.Text : "";
        row[name + "Blob"] = payload?.Blob ?? "";
    }

    private static Payload? ReadPayload(TableEntity row, string name) =>
        row.GetString(name + "Blob") is { Length: > 0 } blob ? Payload.InBlob(blob)
        : row.GetString(name) is { Length: > 0 } text ? Payload.Of(text)
        : null;
}
