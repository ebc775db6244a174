using System.Buffers;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>
/// The multipart body of a transaction: learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions.
/// </summary>
internal static class BatchRequest
{
    public const string ContentType = $"multipart/mixed; boundary={BatchBoundary}";

    // Boundaries are fixed: they only count at the start of a line, and no part has a line of its caller's making, since JSON escapes line ends.
    private const string BatchBoundary = "batch_agenteval";
    private const string ChangesetBoundary = "changeset_agenteval";
    private const int ActionSizeHint = 1024;

    public static ReadOnlyMemory<byte> Write(string endpoint, string table, IReadOnlyList<TableTransactionAction> actions)
    {
        ArrayBufferWriter<byte> body = new(actions.Count * ActionSizeHint);
        Append(body, $"--{BatchBoundary}\r\nContent-Type: multipart/mixed; boundary={ChangesetBoundary}\r\n\r\n");
        foreach (TableTransactionAction action in actions)
            Append(body, endpoint, table, action);
        Append(body, $"--{ChangesetBoundary}--\r\n\r\n--{BatchBoundary}--\r\n");
        return body.WrittenMemory;
    }

    private static void Append(ArrayBufferWriter<byte> body, string endpoint, string table, TableTransactionAction action)
    {
        ITableEntity entity = action.Entity;
        string path = action.ActionType == TableTransactionActionType.Add
            ? TablePaths.Entities(table)
            : TablePaths.Entity(table, entity.PartitionKey, entity.RowKey);
        Append(body, $"--{ChangesetBoundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        Append(body, $"{Method(action.ActionType)} {endpoint}{path} HTTP/1.1\r\n");
        Append(body, "Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n");
        if (action.ActionType == TableTransactionActionType.Add)
            Append(body, "Prefer: return-no-content\r\n");
        if (IfMatch(action) is { } tag)
            Append(body, $"If-Match: {tag}\r\n");

        if (action.ActionType == TableTransactionActionType.Delete)
        {
            Append(body, "\r\n\r\n");
            return;
        }

        Append(body, "Content-Type: application/json\r\n\r\n");
        EntityWriter.Write(body, entity);
        Append(body, "\r\n");
    }

    private static string Method(TableTransactionActionType action) => action switch
    {
        TableTransactionActionType.Add => "POST",
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => "PATCH",
        TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => "PUT",
        TableTransactionActionType.Delete => "DELETE",
        _ => throw new InvalidOperationException($"There is no transaction action {action}."),
    };

    private static string? IfMatch(TableTransactionAction action) => action.ActionType switch
    {
        TableTransactionActionType.Delete => (action.ETag == default ? ETag.All : action.ETag).ToString(),
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace when action.ETag != default => action.ETag.ToString(),
        _ => null,
    };

    private static void Append(ArrayBufferWriter<byte> body, string text) => Encoding.UTF8.GetBytes(text, body);
}
