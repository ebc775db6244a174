using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class QueryTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task QueryAsync_NoFilter_ReturnsAllInKeyOrder()
    {
        foreach ((string partition, string row) in new[] { ("b", "1"), ("a", "2"), ("a", "1") })
            await Table.AddEntityAsync(new TableEntity(partition, row));

        List<TableEntity> found = await Table.QueryAsync<TableEntity>().ToListAsync();

        Assert.Equal([("a", "1"), ("a", "2"), ("b", "1")], found.Select(entity => (entity.PartitionKey, entity.RowKey)));
    }

    [Fact]
    public async Task QueryAsync_FiltersOfEveryType_FindTheOne()
    {
        Guid id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e");
        DateTimeOffset time = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(1));
        await Table.AddEntityAsync(new TableEntity("p", "yes")
        {
            ["Text"] = "it's",
            ["Number"] = 5,
            ["Large"] = 5_000_000_000L,
            ["Share"] = 0.25,
            ["Flag"] = true,
            ["Id"] = id,
            ["Time"] = time,
        });
        // A millisecond apart: Azurite's filters see no more of a time, though it stores (as the service compares) 100 ns.
        await Table.AddEntityAsync(new TableEntity("p", "no")
        {
            ["Text"] = "its",
            ["Number"] = 6,
            ["Large"] = 6L,
            ["Share"] = 1.5,
            ["Flag"] = false,
            ["Id"] = Guid.Empty,
            ["Time"] = time.AddMilliseconds(1),
        });

        string[] filters =
        [
            TableClient.CreateQueryFilter($"Text eq {"it's"}"),
            TableClient.CreateQueryFilter($"Number le {5}"),
            TableClient.CreateQueryFilter($"Large gt {6L}"),
            TableClient.CreateQueryFilter($"Share lt {0.5}"),
            TableClient.CreateQueryFilter($"Flag eq {true}"),
            TableClient.CreateQueryFilter($"Id eq {id}"),
            TableClient.CreateQueryFilter($"Time eq {time}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and RowKey gt {"no"} and not (Number eq {6})"),
        ];
        foreach (string filter in filters)
        {
            List<string> rows = await Table.QueryAsync<TableEntity>(filter).Select(entity => entity.RowKey).ToListAsync();
            Assert.True(rows is ["yes"], $"{filter}: {string.Join(',', rows)}");
        }
    }

    [Fact]
    public async Task QueryAsync_InvalidFilter_Fails400()
    {
        RequestFailedException e = await Assert.ThrowsAsync<RequestFailedException>(
            async () => await Table.QueryAsync<TableEntity>("this is no filter (").ToListAsync());

        Assert.Equal(400, e.Status);
    }

    [Fact]
    public async Task QueryAsync_WithSelect_ReturnsOnlyThose()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });

        TableEntity found = await Table.QueryAsync<TableEntity>(select: ["RowKey", "B"]).SingleAsync();

        Assert.Equal(("r", 2), (found.RowKey, found.GetInt32("B")));
        Assert.False(found.ContainsKey("A"));
        Assert.NotEqual(default, found.ETag);
    }

    [Fact]
    public async Task AsPages_MoreThanAPage_CanBeResumedFromAnyToken()
    {
        string[] rows = ["it's 1", "it's 2", "ü 3", "w 4", "w 5"];
        foreach (string row in rows)
            await Table.AddEntityAsync(new TableEntity("a b", row));

        List<Page<TableEntity>> pages = await Table.QueryAsync<TableEntity>(maxPerPage: 4).AsPages(pageSizeHint: 2).ToListAsync();
        List<TableEntity> resumed = await Table.QueryAsync<TableEntity>(maxPerPage: 2).AsPages(pages[0].ContinuationToken).SelectMany(page => page.Values).ToListAsync();

        string[] sorted = [.. rows.Order(StringComparer.Ordinal)];
        Assert.Equal([2, 2, 1], pages.Select(page => page.Values.Count));
        Assert.Equal(sorted, pages.SelectMany(page => page.Values).Select(entity => entity.RowKey));
        Assert.Equal([true, true, false], pages.Select(page => page.ContinuationToken is not null));
        Assert.Equal(sorted[2..], resumed.Select(entity => entity.RowKey));
    }

    [Fact]
    public async Task QueryAsync_OverAThousand_ReturnsAllOnce()
    {
        for (int start = 0; start < 1100; start += 100)
        {
            await Table.SubmitTransactionAsync(Enumerable.Range(start, 100)
                .Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i:0000}") { ["I"] = i })));
        }

        List<Page<TableEntity>> pages = await Table.QueryAsync<TableEntity>().AsPages().ToListAsync();

        Assert.Equal([1000, 100], pages.Select(page => page.Values.Count));
        Assert.Equal(Enumerable.Range(0, 1100).Select(i => (int?)i), pages.SelectMany(page => page.Values).Select(entity => entity.GetInt32("I")));
    }

    [Fact]
    public async Task QueryAsync_CancelledToken_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Table.QueryAsync<TableEntity>(cancellationToken: new CancellationToken(true)).ToListAsync());
}
