using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Azure.Data.Tables;

namespace AgentEval.Functions.Submissions;

/// <summary>Messages that failed validation: a row with the problems in the table Submissions, the message itself in the poison queue.</summary>
public sealed class RejectedSubmissions(StorageConnections connections, TimeProvider time)
{
    private const string Partition = "rejected";
    private const int MaxKept = 20_000;

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
        await connections.Tables.GetTableClient(StorageNames.SubmissionsTable).UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
        var poison = connections.Queues.GetQueueClient(StorageNames.PoisonQueue);
        await poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await poison.SendMessageAsync(message.Text, cancellationToken);
    }
}
