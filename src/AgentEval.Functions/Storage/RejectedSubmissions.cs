using AgentEval.Core.Problems;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Messages that failed validation: a row with the problems in the table Submissions, the message itself in the poison queue.</summary>
public sealed class RejectedSubmissions(StorageConnections connections, TimeProvider time)
{
    private const string Partition = "rejected";
    private const int MaxKept = 20_000;

    /// <summary>The queue's ids have 36 characters; a longer one is the message's own.</summary>
    private const int MaxId = 100;

    private TableClient Rows => connections.Tables.GetTableClient(StorageNames.SubmissionsTable);

    /// <param name="text">The message.</param>
    /// <param name="messageId">Its id, as it was told: a bad message may have told it itself.</param>
    /// <param name="problems">What is wrong with it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async Task SetAsideAsync(string text, string? messageId, ProblemList problems, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var entity = new TableEntity(Partition, StorageNames.RejectedMessage(messageId, text))
        {
            ["SchemaVersion"] = 1,
            ["MessageId"] = messageId is { Length: > MaxId } ? messageId[..MaxId] : messageId,
            ["RejectedAt"] = time.GetUtcNow(),
            ["Message"] = text.Length <= MaxKept ? text : text[..MaxKept],
        };
        JsonColumns.Write(entity, StoredProblems.Fit(problems.Errors, JsonColumns.MaxBytes));
        await Rows.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
        var poison = connections.Queues.GetQueueClient(StorageNames.PoisonQueue);
        await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await poison.SendMessageAsync(text, cancellationToken);
    }

    /// <summary>Their rows; the poison queue forgets messages by itself.</summary>
    public Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        TableBatches.DeleteAsync(Rows, TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RejectedAt lt {before}"), cancellationToken);
}
