using AgentEval.Core.Api;
using AgentEval.Core.Suites;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Stored suites: the file as a blob, an index row per version. A version never changes.</summary>
public sealed class SuiteStore
{
    private readonly TableClient _index;
    private readonly BlobDocuments _files;
    private readonly TimeProvider _time;

    public SuiteStore(StorageConnections connections, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _index = connections.Tables.GetTableClient(StorageNames.SuitesTable);
        _files = new BlobDocuments(connections.Blobs.GetBlobContainerClient(StorageNames.Suites));
        _time = time;
    }

    /// <summary>
    /// Stores a version. Who inserts the row first decides what the version is, and only that content is ever written; storing it again is harmless.
    /// </summary>
    /// <returns>The version as stored; its hash tells whether it is this suite or an earlier, different one of the same version.</returns>
    public async Task<SuiteListItem> PutAsync(Suite suite, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(suite);
        var stored = await ClaimAsync(
            new SuiteListItem(suite.Name, suite.Version, suite.Description, suite.Scenarios.Count, suite.ContentHash, _time.GetUtcNow()), cancellationToken);
        if (stored.ContentHash == suite.ContentHash)
        {
            await _files.WriteAsync(StorageNames.Suite(suite.Name, suite.Version), suite.Source, cancellationToken);
        }

        return stored;
    }

    /// <summary>The file as JSON; null: no such suite or version. Without a version: the one stored last.</summary>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(string name, string? version, CancellationToken cancellationToken)
    {
        var item = version is null ? await FindLatestAsync(name, cancellationToken) : await FindVersionAsync(name, version, cancellationToken);
        return item is null ? null : await _files.FindBytesAsync(StorageNames.Suite(item.Name, item.Version), cancellationToken);
    }

    public async Task<IReadOnlyList<SuiteListItem>> ListAsync(string? name, CancellationToken cancellationToken)
    {
        var filter = name is null ? null : TableClient.CreateQueryFilter($"PartitionKey eq {name}");
        var items = new List<SuiteListItem>();
        await foreach (var entity in _index.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            items.Add(From(entity));
        }

        return items;
    }

    /// <summary>Without a version: all of them. False: there was none.</summary>
    public async Task<bool> DeleteAsync(string name, string? version, CancellationToken cancellationToken)
    {
        var items = (await ListAsync(name, cancellationToken)).Where(item => version is null || item.Version == version).ToList();
        foreach (var item in items)
        {
            await _index.DeleteEntityAsync(item.Name, item.Version, cancellationToken: cancellationToken);
            await _files.DeleteAsync(StorageNames.Suite(item.Name, item.Version), cancellationToken);
        }

        return items.Count > 0;
    }

    private async Task<SuiteListItem> ClaimAsync(SuiteListItem item, CancellationToken cancellationToken)
    {
        try
        {
            await _index.AddEntityAsync(ToEntity(item), cancellationToken);
            return item;
        }
        catch (RequestFailedException failure) when (failure.Status == 409)
        {
            return await FindVersionAsync(item.Name, item.Version, cancellationToken) ?? item;
        }
    }

    private async Task<SuiteListItem?> FindVersionAsync(string name, string version, CancellationToken cancellationToken)
    {
        var found = await _index.GetEntityIfExistsAsync<TableEntity>(name, version, cancellationToken: cancellationToken);
        return found.HasValue ? From(found.Value!) : null;
    }

    private async Task<SuiteListItem?> FindLatestAsync(string name, CancellationToken cancellationToken) =>
        (await ListAsync(name, cancellationToken)).MaxBy(item => item.StoredAt);

    private static TableEntity ToEntity(SuiteListItem item) => new(item.Name, item.Version)
    {
        ["SchemaVersion"] = 1,
        ["Description"] = item.Description ?? "",
        ["Scenarios"] = item.Scenarios,
        ["ContentHash"] = item.ContentHash,
        ["StoredAt"] = item.StoredAt,
    };

    private static SuiteListItem From(TableEntity entity) => new(
        entity.PartitionKey,
        entity.RowKey,
        entity.GetString("Description") is { Length: > 0 } description ? description : null,
        entity.GetInt32("Scenarios") ?? 0,
        entity.GetString("ContentHash") ?? "",
        entity.GetDateTimeOffset("StoredAt") ?? default);
}
