using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class KeyTests(AzuriteFixture azurite) : TableTest(azurite)
{
    public static TheoryData<string> Keys =>
    [
        "", "plain", "it's", "''", "'", "a b", " lead", "100%", "%41", "%2F", "a+b", "a&b=c", "a,b", "(x)", "{y}", "a.b", "..", "a:b", "a;b", "a@b", "a$b", "é", "日本語",
        "😀", "\"quoted\"", "~!*()_-", "a|b", "<tag>", "[i]", "^`",
    ];

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Key_OfAnyAllowedCharacters_IsInsertedReadUpdatedQueriedAndDeleted(string key)
    {
        await Table.AddEntityAsync(new TableEntity(key, key) { ["A"] = 1 });
        await Table.UpsertEntityAsync(new TableEntity(key, key) { ["A"] = 2 });
        await Table.UpdateEntityAsync(new TableEntity(key, key) { ["B"] = 3 }, ETag.All);

        TableEntity stored = await Table.GetEntityAsync<TableEntity>(key, key);
        List<TableEntity> found = await Table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey eq {key}")).ToListAsync();
        Response deleted = await Table.DeleteEntityAsync(key, key);

        Assert.Equal((key, key, 2, 3), (stored.PartitionKey, stored.RowKey, stored.GetInt32("A"), stored.GetInt32("B")));
        Assert.Equal([key], found.Select(entity => entity.RowKey));
        Assert.Equal(204, deleted.Status);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Key_OfAnyAllowedCharacters_WorksInTransactions(string key)
    {
        await Table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity(key, key) { ["A"] = 1 })]);
        await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpsertMerge, new TableEntity(key, key) { ["B"] = 2 }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity(key, "other")),
        ]);

        TableEntity stored = await Table.GetEntityAsync<TableEntity>(key, key);
        Assert.Equal((key, 1, 2), (stored.RowKey, stored.GetInt32("A"), stored.GetInt32("B")));

        await Table.SubmitTransactionAsync([new(TableTransactionActionType.Delete, stored, stored.ETag), new(TableTransactionActionType.Delete, new TableEntity(key, "other"))]);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }
}
