using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class TableClientTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task AddEntityAsync_NewEntity_IsStoredWithTimestampAndETag()
    {
        Response added = await Table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = "hello" });

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(204, added.Status);
        Assert.Equal(("p", "r", "hello"), (stored.PartitionKey, stored.RowKey, stored.GetString("Text")));
        Assert.Equal(added.Headers.ETag, stored.ETag);
        Assert.Equal(DateTimeOffset.UtcNow, stored.Timestamp!.Value, TimeSpan.FromMinutes(5));
        Assert.Equal(["PartitionKey", "RowKey", "Text", "Timestamp", "odata.etag"], stored.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AddEntityAsync_ExistingKey_Fails409()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"));

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => Table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(409, e.Status);
        Assert.True(e.ErrorCode == TableErrorCode.EntityAlreadyExists);
        Assert.Contains("already exists", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddEntityAsync_MissingTable_Fails404()
    {
        TableClient missing = new(ConnectionString, AzuriteFixture.UniqueName());

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => missing.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(404, e.Status);
        Assert.Equal("TableNotFound", e.ErrorCode);
    }

    [Fact]
    public async Task AddEntityAsync_WithoutKeys_Throws()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.AddEntityAsync(new TableEntity()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.AddEntityAsync<TableEntity>(null!));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task UpsertEntityAsync_NewThenExisting_InsertsThenMergesOrReplaces(TableUpdateMode mode)
    {
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["Kept"] = 1, ["Changed"] = 1 }, mode);
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["Changed"] = 2, ["Kept2"] = null }, mode);

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(2, stored.GetInt32("Changed"));
        Assert.Equal(mode == TableUpdateMode.Merge ? 1 : null, stored.GetInt32("Kept"));
        Assert.False(stored.ContainsKey("Kept2"));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task UpdateEntityAsync_WithCurrentETag_ChangesEntityAndETag(TableUpdateMode mode)
    {
        Response added = await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 1 });

        Response updated = await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, added.Headers.ETag!.Value, mode);

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal(2, stored.GetInt32("A"));
        Assert.Equal(mode == TableUpdateMode.Merge, stored.ContainsKey("B"));
        Assert.Equal(updated.Headers.ETag, stored.ETag);
        Assert.NotEqual(added.Headers.ETag, stored.ETag);
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task UpdateEntityAsync_WithStaleETag_Fails412AndChangesNothing(TableUpdateMode mode)
    {
        Response first = await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });
        await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, ETag.All, mode);

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(
            () => Table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, first.Headers.ETag!.Value, mode));

        Assert.Equal(412, e.Status);
        Assert.True(e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied);
        Assert.Equal(2, (await Table.GetEntityAsync<TableEntity>("p", "r")).Value.GetInt32("A"));
    }

    [Fact]
    public async Task UpdateEntityAsync_MissingEntity_Fails404()
    {
        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(
            () => Table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));

        Assert.Equal(404, e.Status);
        Assert.Equal("ResourceNotFound", e.ErrorCode);
    }

    [Fact]
    public async Task UpdateEntityAsync_DefaultETag_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>("ifMatch", () => Table.UpdateEntityAsync(new TableEntity("p", "r"), default));

    [Fact]
    public async Task DeleteEntityAsync_Existing_RemovesIt()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"));
        await Table.AddEntityAsync(new TableEntity("p", "r2"));

        Response byKeys = await Table.DeleteEntityAsync("p", "r");
        Response byEntity = await Table.DeleteEntityAsync(new TableEntity("p", "r2"));

        Assert.Equal((204, 204), (byKeys.Status, byEntity.Status));
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task DeleteEntityAsync_Missing_Answers404WithoutThrowing() =>
        Assert.Equal(404, (await Table.DeleteEntityAsync("p", "r")).Status);

    [Fact]
    public async Task DeleteEntityAsync_WithStaleETag_Fails412()
    {
        Response first = await Table.AddEntityAsync(new TableEntity("p", "r"));
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });

        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(
            () => Table.DeleteEntityAsync("p", "r", first.Headers.ETag!.Value));

        Assert.Equal(412, e.Status);
    }

    [Fact]
    public async Task GetEntityAsync_Missing_Fails404()
    {
        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => Table.GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal(404, e.Status);
        Assert.True(e.ErrorCode == TableErrorCode.ResourceNotFound);
    }

    [Fact]
    public async Task GetEntityIfExistsAsync_MissingAndExisting_HasValueTells()
    {
        NullableResponse<TableEntity> missing = await Table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        await Table.AddEntityAsync(new TableEntity("p", "r"));
        NullableResponse<TableEntity> existing = await Table.GetEntityIfExistsAsync<TableEntity>("p", "r");

        Assert.False(missing.HasValue);
        Assert.Equal(404, missing.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => missing.Value);
        Assert.True(existing.HasValue);
        Assert.Equal("r", existing.Value!.RowKey);
    }

    [Fact]
    public async Task GetEntityAsync_WithSelect_ReturnsOnlyThose()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2, ["C"] = 3L });

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r", ["A", "C"]);

        Assert.Equal(1, stored.GetInt32("A"));
        Assert.Equal(3L, stored.GetInt64("C"));
        Assert.False(stored.ContainsKey("B"));
    }

    [Fact]
    public async Task CreateIfNotExistsAsync_Twice_AnswersBothTimesAndCreateFails409()
    {
        TableClient table = new(ConnectionString, AzuriteFixture.UniqueName());

        Response<TableItem> first = await table.CreateIfNotExistsAsync();
        Response<TableItem> second = await table.CreateIfNotExistsAsync();
        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateAsync());

        Assert.Equal((table.Name, 204), (first.Value.Name, first.GetRawResponse().Status));
        Assert.Equal((table.Name, 409), (second.Value.Name, second.GetRawResponse().Status));
        Assert.Equal((409, "TableAlreadyExists"), (e.Status, e.ErrorCode));
    }

    [Fact]
    public async Task DeleteAsync_ExistingThenMissing_Answers204Then404()
    {
        TableClient table = new(ConnectionString, AzuriteFixture.UniqueName());
        await table.CreateAsync();

        Assert.Equal(204, (await table.DeleteAsync()).Status);
        Assert.Equal(404, (await table.DeleteAsync()).Status);
    }

    [Fact]
    public async Task AnyRequest_CancelledToken_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table.AddEntityAsync(new TableEntity("p", "r"), new CancellationToken(true)));
}
