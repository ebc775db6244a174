using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>
/// Submissions that are not runs yet: a blob each, and a row of the table Submissions by which the unfinished ones are found. Both are gone when
/// every request of it has its run or its refusal.
/// </summary>
public sealed class SubmissionStore
{
    private const string Partition = "accepted";

    private static readonly string[] Keys = ["RowKey"];

    private readonly TableClient _rows;
    private readonly BlobDocuments _documents;

    public SubmissionStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _rows = connections.Tables.GetTableClient(StorageNames.SubmissionsTable);
        _documents = new BlobDocuments(connections.Blobs.GetBlobContainerClient(StorageNames.Submissions));
    }

    /// <summary>The document first: what the row names can be read.</summary>
    public async Task WriteAsync(SubmissionDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        await _documents.WriteAsync(StorageNames.SubmissionDocument(document.SubmissionId), document, cancellationToken);
        await _rows.UpsertEntityAsync(new TableEntity(Partition, document.SubmissionId) { ["SchemaVersion"] = 1 }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Null: there is none, or no more.</summary>
    public Task<SubmissionDocument?> FindAsync(string submissionId, CancellationToken cancellationToken) =>
        _documents.FindAsync<SubmissionDocument>(StorageNames.SubmissionDocument(submissionId), cancellationToken);

    /// <summary>Whether requests of it are still to become runs.</summary>
    public async Task<bool> IsOpenAsync(string submissionId, CancellationToken cancellationToken) =>
        (await _rows.GetEntityIfExistsAsync<TableEntity>(Partition, submissionId, Keys, cancellationToken)).HasValue;

    /// <summary>Ids of the unfinished ones.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var row in _rows.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), select: Keys, cancellationToken: cancellationToken))
        {
            ids.Add(row.RowKey);
        }

        return ids;
    }

    /// <summary>The row last: what was interrupted is found again.</summary>
    public async Task RemoveAsync(string submissionId, CancellationToken cancellationToken)
    {
        await _documents.DeleteAsync(StorageNames.SubmissionDocument(submissionId), cancellationToken);
        await _rows.DeleteEntityAsync(Partition, submissionId, cancellationToken: cancellationToken);
    }
}
