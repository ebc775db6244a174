using AgentEval.Core.Problems;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Messages that failed validation: a row with the problems in the table Submissions, the message itself in the poison queue.</summary>
public sealed class RejectedSubmissions(StorageConnections connections, TimeProvider time)
{
    private const string Partition = "rejected";
    private const int MaxKept = 20_000;

    private TableClient Rows => connections.Tables.GetTableClient(StorageNames.SubmissionsTable);

    public async Task SetAsideAsync(QueuedMessage message, ProblemList problems, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(problems);
        var entity = new TableEntity(Partition, StorageNames.IdempotencyKey(message.Id))
        {
            ["SchemaVersion"] = 1,
            ["MessageId"] = message.Id,
            ["RejectedAt"] = time.GetUtcNow(),
            ["Message"] = message.Text.Length <= MaxKept ? message.Text : message.Text[..MaxKept],
        };
        JsonColumns.Write(entity, StoredProblems.Fit(problems.Errors, JsonColumns.MaxBytes));
        await Rows.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
        var poison = connections.Queues.GetQueueClient(StorageNames.PoisonQueue);
        await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await poison.SendMessageAsync(message.Text, cancellationToken);
    }

    /// <summary>Their rows; the poison queue forgets messages by itself.</summary>
    public Task RemoveOlderAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        TableBatches.DeleteAsync(Rows, TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RejectedAt lt {before}"), cancellationToken);
}
