#nullable disable

using AgentEval.LocalRuntime.Tables;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables;

/// <summary>One table of an account. Throws <see cref="RequestFailedException"/> for what the service refuses.</summary>
public class TableClient
{
    private readonly TableService _service;

    protected TableClient()
    {
    }

    public TableClient(string connectionString, string tableName)
        : this(connectionString, tableName, null)
    {
    }

    public TableClient(string connectionString, string tableName, TableClientOptions options = null)
        : this(TableService.Connect(connectionString, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions options = null)
        : this(TableService.Connect(endpoint, tokenCredential, options), tableName)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(endpoint, tableName, credential, null)
    {
    }

    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions options = null)
        : this(TableService.Connect(endpoint, credential, options), tableName)
    {
    }

    internal TableClient(TableService service, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _service = service;
        Name = tableName;
    }

    public virtual string AccountName => _service.AccountName;

    public virtual string Name { get; }

    public virtual Uri Uri => new($"{_service.Endpoint.AbsoluteUri.TrimEnd('/')}/{Name}");

    /// <summary>An OData filter from an interpolated string, its values quoted and escaped by their types.</summary>
    /// <exception cref="ArgumentException">A value has a type that filters do not know.</exception>
    public static string CreateQueryFilter(FormattableString filter) => QueryFilter.Create(filter);

    public virtual Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) =>
        _service.CreateTableAsync(Name, acceptExisting: false, cancellationToken);

    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) =>
        _service.CreateTableAsync(Name, acceptExisting: true, cancellationToken);

    /// <summary>Deletes the table; a missing one is a response with status 404, no exception.</summary>
    public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) => _service.DeleteTableAsync(Name, cancellationToken);

    public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity => _service.AddEntityAsync(Name, Keyed(entity), cancellationToken);

    public virtual Task<Response> UpsertEntityAsync<T>(
        T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity => _service.WriteEntityAsync(Name, Keyed(entity), ifMatch: default, mode, cancellationToken);

    public virtual Task<Response> UpdateEntityAsync<T>(
        T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        Keyed(entity);
        if (ifMatch == default)
            throw new ArgumentException("Value cannot be empty.", nameof(ifMatch));
        return _service.WriteEntityAsync(Name, entity, ifMatch, mode, cancellationToken);
    }

    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Keyed(entity);
        return DeleteEntityAsync(entity.PartitionKey, entity.RowKey, ifMatch, cancellationToken);
    }

    /// <summary>Deletes the entity, by default whatever its ETag; a missing one is a response with status 404, no exception.</summary>
    public virtual Task<Response> DeleteEntityAsync(
        string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        return _service.DeleteEntityAsync(Name, partitionKey, rowKey, ifMatch == default ? ETag.All : ifMatch, cancellationToken);
    }

    public virtual Task<Response<T>> GetEntityAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        return _service.GetEntityAsync<T>(Name, partitionKey, rowKey, select, cancellationToken);
    }

    public virtual Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey, string rowKey, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        return _service.GetEntityIfExistsAsync<T>(Name, partitionKey, rowKey, select, cancellationToken);
    }

    /// <param name="filter">An OData filter; null for every entity. See <see cref="CreateQueryFilter"/>.</param>
    /// <param name="maxPerPage">1 to 1,000; null for the service's 1,000.</param>
    /// <param name="select">The properties to return; null for all.</param>
    /// <param name="cancellationToken">Ends the requests of the enumeration.</param>
    public virtual AsyncPageable<T> QueryAsync<T>(
        string filter = null, int? maxPerPage = null, IEnumerable<string> select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity => new EntityPageable<T>(_service, Name, filter, maxPerPage, select, cancellationToken);

    /// <summary>Does all or none of up to 100 actions on entities of one partition.</summary>
    /// <exception cref="TableTransactionFailedException">An action failed; nothing was stored.</exception>
    /// <exception cref="InvalidOperationException">There are no actions.</exception>
    public virtual Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
        IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transactionActions);
        return _service.SubmitAsync(Name, transactionActions, cancellationToken);
    }

    private static T Keyed<T>(T entity)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(entity.PartitionKey);
        ArgumentNullException.ThrowIfNull(entity.RowKey);
        return entity;
    }
}
