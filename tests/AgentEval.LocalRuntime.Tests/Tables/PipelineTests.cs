using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class PipelineTests
{
    private const string Throttled = """{"odata.error":{"code":"OperationTimedOut","message":{"lang":"en-US","value":"Operation could not be completed."}}}""";
    private const string ConnectionString = "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    public async Task Request_TransientFailures_AreRetriedAndSignedAnew(int status)
    {
        ScriptedTransport transport = new(new ScriptedAnswer(status, Throttled), new ScriptedAnswer(status, Throttled), new ScriptedAnswer(204));
        TableClient table = new(ConnectionString, "t", transport.Options);

        Response response = await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal(204, response.Status);
        Assert.Equal(3, transport.Requests.Count);
        Assert.All(transport.Bodies, body => Assert.Equal("""{"PartitionKey":"p","RowKey":"r"}""", body));
        Assert.All(transport.Requests, request => Assert.Single(request.Headers.GetValues("Authorization")));
    }

    [Fact]
    public async Task Request_FailingToTheEnd_ThrowsWithTheServicesCode()
    {
        ScriptedTransport transport = new([.. Enumerable.Repeat(new ScriptedAnswer(503, Throttled), 4)]);
        TableClient table = new(ConnectionString, "t", transport.Options);

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(503, e.Status);
        Assert.True(e.ErrorCode == TableErrorCode.OperationTimedOut);
        Assert.Equal(4, transport.Requests.Count);
    }

    [Fact]
    public async Task Request_AnsweredInHtml_ThrowsWithTheStatus()
    {
        ScriptedTransport transport = new(new ScriptedAnswer(400, "<html>", "text/html"));
        TableClient table = new(ConnectionString, "t", transport.Options);

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((400, null), (e.Status, e.ErrorCode));
    }

    [Fact]
    public async Task Request_WithTokenCredential_CarriesTheTokenForStorage()
    {
        FixedToken credential = new();
        ScriptedTransport transport = new(new ScriptedAnswer(204));
        TableClient table = new(new Uri("https://acc.table.core.windows.net"), "t", credential, transport.Options);

        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Equal("Bearer token-1", transport.Requests[0].Headers.Authorization!.ToString());
        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
        Assert.Equal("https://acc.table.core.windows.net/t", transport.Requests[0].RequestUri!.AbsoluteUri);
        Assert.Equal("acc", table.AccountName);
    }

    [Fact]
    public async Task Request_WithSharedAccessSignature_CarriesItAndNoKey()
    {
        ScriptedTransport transport = new(new ScriptedAnswer(200, """{"value":[]}"""));
        TableClient table = new("TableEndpoint=https://acc.table.core.windows.net/;SharedAccessSignature=sv=2020&sig=a%2Bb", "t", transport.Options);

        await table.QueryAsync<TableEntity>("A eq 'b c'").ToListAsync();

        Assert.Equal("https://acc.table.core.windows.net/t()?sv=2020&sig=a%2Bb&$filter=A%20eq%20%27b%20c%27", transport.Requests[0].RequestUri!.AbsoluteUri);
        Assert.False(transport.Requests[0].Headers.Contains("Authorization"));
        Assert.Equal("https://acc.table.core.windows.net/t", table.Uri.AbsoluteUri);
    }

    [Fact]
    public async Task CreateIfNotExistsAsync_TableBeingDeleted_Throws()
    {
        ScriptedTransport transport = new(new ScriptedAnswer(409, """{"odata.error":{"code":"TableBeingDeleted","message":{"value":"wait"}}}"""));
        TableClient table = new(ConnectionString, "t", transport.Options);

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateIfNotExistsAsync());

        Assert.True(e.ErrorCode == TableErrorCode.TableBeingDeleted);
    }

    // The service's own answers, which differ from Azurite's in line ends, boundaries and spacing.
    [Fact]
    public async Task SubmitTransactionAsync_AnswerOfTheService_IsRead()
    {
        string body = string.Join("\r\n",
            "--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_2", "",
            "--changesetresponse_2", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            "HTTP/1.1 204 No Content", "X-Content-Type-Options: nosniff", "ETag: W/\"datetime'2026-01-01T00%3A00%3A00Z'\"", "", "",
            "--changesetresponse_2", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            "HTTP/1.1 204 No Content", "DataServiceVersion: 1.0;", "", "",
            "--changesetresponse_2--", "--batchresponse_1--", "");
        ScriptedTransport transport = new(new ScriptedAnswer(202, body, "multipart/mixed"));
        TableClient table = new(ConnectionString, "t", transport.Options);

        Response<IReadOnlyList<Response>> done = await table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "1")), new(TableTransactionActionType.Delete, new TableEntity("p", "2"))]);

        Assert.Equal([204, 204], done.Value.Select(response => response.Status));
        Assert.Equal(new ETag("W/\"datetime'2026-01-01T00%3A00%3A00Z'\""), done.Value[0].Headers.ETag);
        Assert.Null(done.Value[1].Headers.ETag);
    }

    [Fact]
    public async Task SubmitTransactionAsync_RefusalWithoutIndex_ThrowsWithoutIndex()
    {
        string body = string.Join("\r\n",
            "--batchresponse_1", "Content-Type: multipart/mixed; boundary=changesetresponse_2", "",
            "--changesetresponse_2", "Content-Type: application/http", "",
            "HTTP/1.1 413 The request body is too large", "Content-Type: application/json", "",
            """{"odata.error":{"code":"RequestBodyTooLarge","message":{"lang":"en-US","value":"The request body is too large."}}}""",
            "--changesetresponse_2--", "--batchresponse_1--", "");
        ScriptedTransport transport = new(new ScriptedAnswer(202, body, "multipart/mixed"));
        TableClient table = new(ConnectionString, "t", transport.Options);

        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "1"))]));

        Assert.Equal((413, "RequestBodyTooLarge", null), (e.Status, e.ErrorCode, e.FailedTransactionActionIndex));
    }

    [Fact]
    public async Task AddEntityAsync_EveryType_WritesTheServicesJson()
    {
        ScriptedTransport transport = new(new ScriptedAnswer(204));
        TableClient table = new(ConnectionString, "t", transport.Options);

        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            Timestamp = DateTimeOffset.UnixEpoch,
            ETag = ETag.All,
            ["S"] = "é\"",
            ["I"] = 1,
            ["L"] = 2L,
            ["D"] = 3.0,
            ["N"] = double.NaN,
            ["B"] = true,
            ["T"] = DateTimeOffset.UnixEpoch,
            ["G"] = Guid.Empty,
            ["X"] = new byte[] { 255 },
            ["E"] = DayOfWeek.Monday,
            ["Z"] = null,
        });

        Assert.Equal(
            """
            {"PartitionKey":"p","RowKey":"r","S":"é\"","I":1,"L@odata.type":"Edm.Int64","L":"2","D@odata.type":"Edm.Double","D":3,
            "N@odata.type":"Edm.Double","N":"NaN","B":true,"T@odata.type":"Edm.DateTime","T":"1970-01-01T00:00:00.0000000Z",
            "G@odata.type":"Edm.Guid","G":"00000000-0000-0000-0000-000000000000","X@odata.type":"Edm.Binary","X":"/w==","E":"Monday"}
            """.ReplaceLineEndings(""),
            transport.Bodies[0]);
    }

    private sealed class FixedToken : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            return new AccessToken("token-1", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
