using System.Buffers;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The table service of one account: a request for each method. Retries, time limits and transport are Azure.Core's.</summary>
internal sealed class TableService
{
    private const string StorageScope = "https://storage.azure.com/.default";
    private const int EntitySizeHint = 1024;

    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly Uri _address;

    private TableService(Uri address, string? accountName, HttpPipelinePolicy? authentication, TableClientOptions? options)
    {
        options ??= new TableClientOptions();
        HttpPipelineOptions pipeline = new(options) { RequestFailedDetailsParser = new TableErrorParser() };
        if (authentication is not null)
            pipeline.PerRetryPolicies.Add(authentication);
        _pipeline = HttpPipelineBuilder.Build(pipeline);
        _version = options.Version;
        _address = address;
        Endpoint = new UriBuilder(address) { Query = null }.Uri;
        AccountName = accountName ?? TableConnection.AccountOf(address);
    }

    /// <summary>Without a shared access signature.</summary>
    public Uri Endpoint { get; }

    public string? AccountName { get; }

    public static TableService Connect(string connectionString, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        (Uri endpoint, string? account, TableSharedKeyCredential? credential) = TableConnection.Parse(connectionString);
        return new TableService(endpoint, account, credential is null ? null : new SharedKeyLitePolicy(credential, TimeProvider.System), options);
    }

    public static TableService Connect(Uri endpoint, TokenCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new TableService(endpoint, null, new BearerTokenAuthenticationPolicy(credential, StorageScope), options);
    }

    public static TableService Connect(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(credential);
        return new TableService(endpoint, credential.AccountName, new SharedKeyLitePolicy(credential, TimeProvider.System), options);
    }

    public async Task<Response<TableItem>> CreateTableAsync(string table, bool acceptExisting, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Post, TablePaths.Tables);
        SetContent(message.Request, BinaryData.FromObjectAsJson(new { TableName = table }).ToMemory());
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        Response response = await SendAsync(message, cancellationToken);
        bool created = response.Status is 201 or 204;
        if (!created && !(acceptExisting && IsExistingTable(response)))
            throw new RequestFailedException(response);
        return Response.FromValue(new TableItem(table), response);
    }

    public async Task<Response> DeleteTableAsync(string table, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Delete, TablePaths.Table(table));
        return Expect(await SendAsync(message, cancellationToken), 204, 404);
    }

    public async Task<Response> QueryTablesAsync(EntityQuery query, string? nextTable, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Get, TablePaths.Tables);
        AppendQuery(message.Request.Uri, query);
        AppendIfSet(message.Request.Uri, "NextTableName", nextTable);
        return Expect(await SendAsync(message, cancellationToken), 200);
    }

    public async Task<Response> AddEntityAsync(string table, ITableEntity entity, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Post, TablePaths.Entities(table));
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        SetContent(message.Request, Serialize(entity));
        return Expect(await SendAsync(message, cancellationToken), 201, 204);
    }

    /// <summary>Updates the entity that has the ETag, or without one inserts or updates.</summary>
    public async Task<Response> WriteEntityAsync(
        string table, ITableEntity entity, ETag ifMatch, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        RequestMethod method = mode == TableUpdateMode.Replace ? RequestMethod.Put : RequestMethod.Patch;
        using HttpMessage message = CreateMessage(method, TablePaths.Entity(table, entity.PartitionKey, entity.RowKey));
        if (ifMatch != default)
            message.Request.Headers.SetValue("If-Match", ifMatch.ToString());
        SetContent(message.Request, Serialize(entity));
        return Expect(await SendAsync(message, cancellationToken), 204);
    }

    public async Task<Response> DeleteEntityAsync(
        string table, string partitionKey, string rowKey, ETag ifMatch, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Delete, TablePaths.Entity(table, partitionKey, rowKey));
        message.Request.Headers.SetValue("If-Match", ifMatch.ToString());
        return Expect(await SendAsync(message, cancellationToken), 204, 404);
    }

    public async Task<Response<T>> GetEntityAsync<T>(
        string table, string partitionKey, string rowKey, IEnumerable<string>? select, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        using HttpMessage message = CreateGet(table, partitionKey, rowKey, select);
        return ReadEntity<T>(Expect(await SendAsync(message, cancellationToken), 200));
    }

    public async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string table, string partitionKey, string rowKey, IEnumerable<string>? select, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        using HttpMessage message = CreateGet(table, partitionKey, rowKey, select);
        Response response = Expect(await SendAsync(message, cancellationToken), 200, 404);
        return response.Status == 404 ? new NoValueResponse<T>(response) : ReadEntity<T>(response);
    }

    public async Task<Response> QueryEntitiesAsync(
        string table, EntityQuery query, string? continuationToken, CancellationToken cancellationToken)
    {
        using HttpMessage message = CreateMessage(RequestMethod.Get, TablePaths.Query(table));
        (string? partition, string? row) = ContinuationToken.Parse(continuationToken);
        AppendQuery(message.Request.Uri, query);
        AppendIfSet(message.Request.Uri, "NextPartitionKey", partition);
        AppendIfSet(message.Request.Uri, "NextRowKey", row);
        return Expect(await SendAsync(message, cancellationToken), 200);
    }

    public async Task<Response<IReadOnlyList<Response>>> SubmitAsync(
        string table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableTransactionAction> all = [.. actions];
        if (all.Count == 0)
            throw new InvalidOperationException("A transaction needs at least one action.");
        BatchFailure.ThrowIfSeveralPartitions(all);

        using HttpMessage message = CreateMessage(RequestMethod.Post, TablePaths.Batch);
        message.Request.Headers.SetValue("Content-Type", BatchRequest.ContentType);
        message.Request.Content = RequestContent.Create(BatchRequest.Write(Endpoint.AbsoluteUri.TrimEnd('/'), table, all));
        Response response = Expect(await SendAsync(message, cancellationToken), 202);
        IReadOnlyList<Response> answers = BatchResponse.Read(response);
        if (answers.FirstOrDefault(answer => answer.IsError) is { } failed)
            throw BatchFailure.ToException(failed);
        return Response.FromValue(answers, response);
    }

    private static bool IsExistingTable(Response response) =>
        response.Status == 409 && TableErrorParser.Read(response)?.Code == TableErrorCode.TableAlreadyExists.ToString();

    private static Response Expect(Response response, int status, int? otherStatus = null) =>
        response.Status == status || response.Status == otherStatus ? response : throw new RequestFailedException(response);

    private static Response<T> ReadEntity<T>(Response response)
        where T : class, ITableEntity =>
        Response.FromValue(EntityReader.ReadOne<T>(response.Content.ToMemory().Span), response);

    private static ReadOnlyMemory<byte> Serialize(ITableEntity entity)
    {
        ArrayBufferWriter<byte> json = new(EntitySizeHint);
        EntityWriter.Write(json, entity);
        return json.WrittenMemory;
    }

    private static void SetContent(Request request, ReadOnlyMemory<byte> json)
    {
        request.Headers.SetValue("Content-Type", "application/json");
        request.Content = RequestContent.Create(json);
    }

    private static void AppendQuery(RequestUriBuilder uri, EntityQuery query)
    {
        AppendIfSet(uri, "$filter", query.Filter);
        AppendIfSet(uri, "$top", query.Top?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        AppendIfSet(uri, "$select", query.Select);
    }

    private static void AppendIfSet(RequestUriBuilder uri, string name, string? value)
    {
        if (value is not null)
            uri.AppendQuery(name, value, escapeValue: true);
    }

    private async ValueTask<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        await _pipeline.SendAsync(message, cancellationToken);
        return message.Response;
    }

    private HttpMessage CreateGet(string table, string partitionKey, string rowKey, IEnumerable<string>? select)
    {
        HttpMessage message = CreateMessage(RequestMethod.Get, TablePaths.Entity(table, partitionKey, rowKey));
        AppendIfSet(message.Request.Uri, "$select", select is null ? null : string.Join(',', select));
        return message;
    }

    private HttpMessage CreateMessage(RequestMethod method, string path)
    {
        HttpMessage message = _pipeline.CreateMessage();
        Request request = message.Request;
        request.Method = method;
        request.Uri.Reset(_address);
        request.Uri.AppendPath(path, escape: false);
        request.Headers.SetValue("x-ms-version", _version);
        request.Headers.SetValue("DataServiceVersion", "3.0");
        request.Headers.SetValue("Accept", "application/json;odata=minimalmetadata");
        return message;
    }
}
