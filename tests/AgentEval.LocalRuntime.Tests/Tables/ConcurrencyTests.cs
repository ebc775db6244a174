using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class ConcurrencyTests(AzuriteFixture azurite) : TableTest(azurite)
{
    [Fact]
    public async Task SubmitTransactionAsync_ManyAtOnceHalfFailing_EachIsAllOrNothing()
    {
        await Table.AddEntityAsync(new TableEntity("p", "taken"));

        bool[] done = await Task.WhenAll(Enumerable.Range(0, 60).Select(SubmitAsync));

        List<string> rows = await Table.QueryAsync<TableEntity>().Select(entity => entity.RowKey).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 60).Select(i => i % 2 == 0), done);
        Assert.Equal(1 + 30 * 9, rows.Count);
        Assert.All(rows.Where(row => row != "taken"), row => Assert.Equal(0, int.Parse(row.Split('-')[0], null) % 2));

        async Task<bool> SubmitAsync(int i)
        {
            List<TableTransactionAction> actions = [.. Enumerable.Range(0, 9)
                .Select(j => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i}-{j}")))];
            if (i % 2 == 1)
                actions.Add(new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "taken")));
            try
            {
                await Table.SubmitTransactionAsync(actions);
                return true;
            }
            catch (TableTransactionFailedException e) when (e.FailedTransactionActionIndex == 9)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task UpdateEntityAsync_ManyWithTheSameETag_OneWins()
    {
        Response added = await Table.AddEntityAsync(new TableEntity("p", "r"));

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(UpdateAsync));

        Assert.Equal(1, statuses.Count(status => status == 204));
        Assert.Equal(19, statuses.Count(status => status == 412));

        async Task<int> UpdateAsync(int i)
        {
            try
            {
                return (await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["I"] = i }, added.Headers.ETag!.Value)).Status;
            }
            catch (RequestFailedException e)
            {
                return e.Status;
            }
        }
    }
}
