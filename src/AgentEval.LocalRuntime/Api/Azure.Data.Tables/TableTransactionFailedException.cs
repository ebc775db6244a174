#nullable disable

using AgentEval.LocalRuntime.Tables;

namespace Azure.Data.Tables;

/// <summary>A transaction of which nothing was stored.</summary>
public class TableTransactionFailedException : RequestFailedException
{
    public TableTransactionFailedException(RequestFailedException requestFailedException)
        : base(requestFailedException.Status, requestFailedException.Message, requestFailedException.ErrorCode, requestFailedException.InnerException)
    {
        FailedTransactionActionIndex = BatchFailure.IndexOf(requestFailedException);
    }

    /// <summary>Position of the action that failed, from 0; null when the service named none.</summary>
    public int? FailedTransactionActionIndex { get; }
}
