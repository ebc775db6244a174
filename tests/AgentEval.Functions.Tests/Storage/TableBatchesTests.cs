using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.Functions.Tests.Storage;

public sealed class TableBatchesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _name = AzuriteFixture.UniqueName();

    [Theory]
    [InlineData(250)]
    [InlineData(40)]
    public async Task Delete_RowIsDeletedBySomebodyElseMeanwhile_DeletesTheRest(int rows)
    {
        await using var bench = await AppBench.OpenAsync(azurite.ConnectionString);
        var table = new DisturbedTable(azurite.ConnectionString, StorageNames.TrialsTable, _name);
        await TableBatches.UpsertAsync(table, Enumerable.Range(0, rows).Select(row => (new TableEntity(_name, $"{row:000}"), 100)), default);
        table.IsDisturbed = true;

        await TableBatches.DeleteAsync(table, TableClient.CreateQueryFilter($"PartitionKey eq {_name}"), default);

        Assert.False(table.IsDisturbed);
        Assert.Empty(table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {_name}")).ToBlockingEnumerable());
    }

    /// <summary>Somebody deletes a row just before the next transaction.</summary>
    private sealed class DisturbedTable(string connectionString, string name, string partition) : TableClient(connectionString, name)
    {
        public bool IsDisturbed { get; set; }

        public override async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(
            IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
        {
            if (IsDisturbed)
            {
                IsDisturbed = false;
                await DeleteEntityAsync(partition, "007", cancellationToken: cancellationToken);
            }

            return await base.SubmitTransactionAsync(transactionActions, cancellationToken);
        }
    }
}
