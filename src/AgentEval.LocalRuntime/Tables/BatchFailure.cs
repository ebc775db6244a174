using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>A refused transaction. The service says which action was at fault at the start of its message: <c>3:The entity …</c>.</summary>
internal static class BatchFailure
{
    private const string IndexKey = "FailedEntity";

    private static readonly TableErrorParser Parser = new();

    public static RequestFailedException ToException(Response failed)
    {
        RequestFailedException exception = new(failed, null, Parser);
        string? message = TableErrorParser.Read(failed)?.Message;
        if (message?.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon
            && int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return ToException(exception, index);
        }

        return new TableTransactionFailedException(exception);
    }

    /// <summary>Refuses what the service refuses; Azurite would store actions on several partitions.</summary>
    /// <exception cref="TableTransactionFailedException">An action is on another partition than the first.</exception>
    public static void ThrowIfSeveralPartitions(IReadOnlyList<TableTransactionAction> actions)
    {
        for (int i = 1; i < actions.Count; i++)
        {
            if (actions[i].Entity.PartitionKey == actions[0].Entity.PartitionKey)
                continue;
            string message = $"{i}:All commands in a batch must operate on same entity group.";
            throw ToException(new RequestFailedException(400, message, TableErrorCode.CommandsInBatchActOnDifferentPartitions.ToString(), null), i);
        }
    }

    public static int? IndexOf(RequestFailedException exception) =>
        exception.Data[IndexKey] is string text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;

    private static TableTransactionFailedException ToException(RequestFailedException exception, int index)
    {
        exception.Data[IndexKey] = index.ToString(CultureInfo.InvariantCulture);
        return new TableTransactionFailedException(exception);
    }
}
