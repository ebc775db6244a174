using System.Text.Json;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Rows of the table Runs, and the document each run was frozen into.</summary>
public sealed class RunStore
{
    private const int UpdateAttempts = 10;

    private readonly TableClient _runs;
    private readonly BlobDocuments _plans;

    public RunStore(StorageConnections connections)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _runs = connections.Tables.GetTableClient(StorageNames.RunsTable);
        _plans = new BlobDocuments(connections.Blobs.GetBlobContainerClient(StorageNames.Plans));
    }

    public async Task WriteDocumentAsync(RunDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        await _plans.WriteAsync(StorageNames.RunSuite(document.RunId), document.Suite, cancellationToken);
        await _plans.WriteAsync(StorageNames.RunDocument(document.RunId), document with { Suite = null }, cancellationToken);
    }

    /// <exception cref="StoredDocumentMissingException">The run was deleted.</exception>
    public Task<RunDocument> ReadDocumentAsync(string runId, CancellationToken cancellationToken) =>
        _plans.ReadAsync<RunDocument>(StorageNames.RunDocument(runId), cancellationToken);

    /// <summary>The suite file of a run, as JSON.</summary>
    /// <exception cref="StoredDocumentMissingException">The run was deleted.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadSuiteAsync(RunDocument document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document.Suite is { } inside
            ? JsonSerializer.SerializeToUtf8Bytes(inside, AgentEvalJson.Options)
            : await _plans.ReadBytesAsync(StorageNames.RunSuite(document.RunId), cancellationToken);
    }

    /// <summary>False: a row of this id exists, and is unchanged.</summary>
    public async Task<bool> TryInsertAsync(RunRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        try
        {
            await _runs.AddEntityAsync(row.ToEntity(), cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return false;
        }
    }

    public async Task<RunRow?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var found = await _runs.GetEntityIfExistsAsync<TableEntity>(StorageNames.RunsPartition, runId, cancellationToken: cancellationToken);
        return found.HasValue ? RunRow.From(found.Value!) : null;
    }

    /// <summary>Reads, changes and writes back under the row's ETag, again when somebody else was faster.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="change">From the row as it is to the row as it shall be; null: leave it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The row after the change, or as it is when <paramref name="change"/> left it; null: there is no such run.</returns>
    public async Task<RunRow?> UpdateAsync(string runId, Func<RunRow, RunRow?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        for (var attempt = 1; ; attempt++)
        {
            if (await FindAsync(runId, cancellationToken) is not { } row)
            {
                return null;
            }

            if (change(row) is not { } changed || changed == row)
            {
                return row;
            }

            try
            {
                await _runs.UpdateEntityAsync(changed.ToEntity(), row.ETag, TableUpdateMode.Replace, cancellationToken);
                return changed;
            }
            catch (RequestFailedException failure) when (failure.Status == 404 || (failure.Status == 412 && attempt < UpdateAttempts))
            {
            }
        }
    }

    /// <summary>Newest first.</summary>
    public async Task<ListPage<RunListItem>> ListAsync(RunFilter filter, int top, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var pages = _runs.QueryAsync<TableEntity>(filter.ToOData(), maxPerPage: top, cancellationToken: cancellationToken).AsPages(cursor, top);
        await foreach (var page in pages)
        {
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return new ListPage<RunListItem>([.. page.Values.Select(entity => RunRow.From(entity).ToListItem())], page.ContinuationToken);
            }
        }

        return new ListPage<RunListItem>([], null);
    }
}
