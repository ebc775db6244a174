using AgentEval.Tests.Shared;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class TableServiceClientTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly TableServiceClient _service = new(azurite.ConnectionString);

    [Fact]
    public async Task CreateTableIfNotExistsAsync_ThenClientOfIt_StoresEntities()
    {
        string name = AzuriteFixture.UniqueName();
        await _service.CreateTableIfNotExistsAsync(name);
        TableClient table = _service.GetTableClient(name);

        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.True((await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
        Assert.Equal(name, table.Name);
        Assert.Equal("devstoreaccount1", table.AccountName);
        Assert.Equal($"{azurite.Server.TableEndpoint}/{name}", table.Uri.AbsoluteUri);
        Assert.Equal(204, (await _service.DeleteTableAsync(name)).Status);
    }

    [Fact]
    public async Task QueryAsync_WithFilter_FindsTheTable()
    {
        string name = AzuriteFixture.UniqueName();
        await _service.CreateTableAsync(name);

        List<TableItem> found = await _service.QueryAsync(TableServiceClient.CreateQueryFilter($"TableName eq {name}")).ToListAsync();

        Assert.Equal([name], found.Select(item => item.Name));
    }

    [Fact]
    public async Task QueryAsync_InPagesOfOne_ReturnsEveryTableOnce()
    {
        string[] names = [AzuriteFixture.UniqueName("paged"), AzuriteFixture.UniqueName("paged"), AzuriteFixture.UniqueName("paged")];
        foreach (string name in names)
            await _service.CreateTableAsync(name);

        List<string> found = await _service.QueryAsync("TableName ge 'paged' and TableName lt 'pagee'", maxPerPage: 1).Select(item => item.Name).ToListAsync();

        Assert.Equal(names.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Connect_WithSharedKeyCredential_Works()
    {
        TableSharedKeyCredential credential = new(AzuriteServer.AccountName, AzuriteServer.AccountKey);
        TableServiceClient service = new(azurite.Server.TableEndpoint, credential);

        string name = AzuriteFixture.UniqueName();
        Assert.Equal(name, (await service.CreateTableAsync(name)).Value.Name);
    }

    [Fact]
    public async Task Connect_WithWrongKey_Fails403WithoutRetry()
    {
        TableSharedKeyCredential credential = new(AzuriteServer.AccountName, Convert.ToBase64String(new byte[32]));
        TableServiceClient service = new(azurite.Server.TableEndpoint, credential);

        Azure.RequestFailedException e = await Assert.ThrowsAsync<Azure.RequestFailedException>(() => service.CreateTableAsync(AzuriteFixture.UniqueName()));

        Assert.Equal(403, e.Status);
    }
}
