using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class TransactionTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task SubmitTransactionAsync_EveryKindOfAction_DoesThemAllInOrder()
    {
        Response[] before = [.. await Task.WhenAll(new[] { "merge", "replace", "delete", "upsert" }
            .Select(row => Table.AddEntityAsync(new TableEntity("p", row) { ["Old"] = 1 })))];

        Response<IReadOnlyList<Response>> done = await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "add") { ["New"] = 2 }),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merge") { ["New"] = 2 }, before[0].Headers.ETag!.Value),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "replace") { ["New"] = 2 }, ETag.All),
            new(TableTransactionActionType.Delete, new TableEntity("p", "delete"), before[2].Headers.ETag!.Value),
            new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "upsert") { ["New"] = 2 }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "upsert new") { ["New"] = 2 }),
        ]);

        Dictionary<string, TableEntity> stored = await Table.QueryAsync<TableEntity>().ToDictionaryAsync(entity => entity.RowKey);
        Assert.Equal(202, done.GetRawResponse().Status);
        Assert.Equal([204, 204, 204, 204, 204, 204], done.Value.Select(response => response.Status));
        Assert.Equal(["add", "merge", "replace", "upsert", "upsert new"], stored.Keys.Order(StringComparer.Ordinal));
        Assert.All(stored.Values, entity => Assert.Equal(2, entity.GetInt32("New")));
        Assert.Equal(["merge", "upsert"], stored.Values.Where(entity => entity.ContainsKey("Old")).Select(entity => entity.RowKey).Order());
        Assert.Equal(stored["add"].ETag, done.Value[0].Headers.ETag);
        Assert.Equal(stored["merge"].ETag, done.Value[1].Headers.ETag);
    }

    [Fact]
    public async Task SubmitTransactionAsync_OneActionConflicts_StoresNothingAndNamesIt()
    {
        await Table.AddEntityAsync(new TableEntity("p", "taken"));

        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a")),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "b")),
            new(TableTransactionActionType.Add, new TableEntity("p", "taken")),
            new(TableTransactionActionType.Add, new TableEntity("p", "c")),
        ]));

        Assert.Equal((409, 2), (e.Status, e.FailedTransactionActionIndex));
        Assert.True(e.ErrorCode == TableErrorCode.EntityAlreadyExists);
        Assert.Equal(["taken"], await Table.QueryAsync<TableEntity>().Select(entity => entity.RowKey).ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_StaleETag_Fails412WithIndexAndUndoesTheRest()
    {
        Response first = await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 });
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 2 });
        await Table.AddEntityAsync(new TableEntity("p", "other") { ["A"] = 1 });

        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "other") { ["A"] = 9 }, ETag.All),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "r") { ["A"] = 3 }, first.Headers.ETag!.Value),
        ]));

        Assert.Equal((412, 1, "UpdateConditionNotSatisfied"), (e.Status, e.FailedTransactionActionIndex, e.ErrorCode));
        Assert.Equal([1, 2], await Table.QueryAsync<TableEntity>().Select(entity => entity.GetInt32("A")!.Value).ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_DeleteOfMissing_Fails404()
    {
        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "a")),
            new(TableTransactionActionType.Delete, new TableEntity("p", "missing")),
        ]));

        Assert.Equal((404, 1), (e.Status, e.FailedTransactionActionIndex));
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_HundredLargeEntities_StoresThem()
    {
        string text = string.Concat(Enumerable.Repeat("Grüße 😀 {\"json\":\"inside\"} \r\n--changeset_agenteval\r\n", 150));

        Response<IReadOnlyList<Response>> done = await Table.SubmitTransactionAsync(Enumerable.Range(0, 100)
            .Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity("p", $"{i:000}") { ["Text"] = text })));

        List<TableEntity> stored = await Table.QueryAsync<TableEntity>().ToListAsync();
        Assert.Equal(100, done.Value.Count);
        Assert.Equal(100, stored.Count);
        Assert.All(stored, entity => Assert.Equal(text, entity.GetString("Text")));
    }

    // Azurite stores such a transaction; the service refuses it, so the client does.
    [Fact]
    public async Task SubmitTransactionAsync_TwoPartitions_FailsAndStoresNothing()
    {
        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, new TableEntity("p", "r")), new(TableTransactionActionType.Add, new TableEntity("q", "r"))]));

        Assert.Equal((400, 1), (e.Status, e.FailedTransactionActionIndex));
        Assert.True(e.ErrorCode == TableErrorCode.CommandsInBatchActOnDifferentPartitions);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_SameEntityTwice_FailsAndStoresNothing()
    {
        TableTransactionFailedException e = await Assert.ThrowsAsync<TableTransactionFailedException>(() => Table.SubmitTransactionAsync(
            [new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "r")), new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "r"))]));

        Assert.Equal((400, 1), (e.Status, e.FailedTransactionActionIndex));
        Assert.True(e.ErrorCode == TableErrorCode.InvalidDuplicateRow);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_MoreThanAHundred_FailsAndStoresNothing()
    {
        RequestFailedException e = await Assert.ThrowsAnyAsync<RequestFailedException>(() => Table.SubmitTransactionAsync(Enumerable.Range(0, 101)
            .Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i:000}")))));

        Assert.Equal(400, e.Status);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task SubmitTransactionAsync_Empty_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Table.SubmitTransactionAsync([]));
}
