using AgentEval.Functions.Storage;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>A storage account of its own, for tests that look at all there is: the queue of runs, schedules, purges. They run one after the other.</summary>
public sealed class WholeAccount : IAsyncLifetime
{
    private AzuriteServer? _server;

    public string ConnectionString => _server!.ConnectionString;

    public async Task InitializeAsync() => _server = await AzuriteServer.StartAsync();

    public async Task DisposeAsync() => await _server!.DisposeAsync();

    /// <summary>The app on an account in which nothing is stored yet.</summary>
    internal async Task<AppBench> OpenAsync(TimeProvider? time = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null)
    {
        var bench = await AppBench.OpenAsync(ConnectionString, time, settings, replace);
        foreach (var name in StorageNames.Tables)
        {
            var table = bench.Connections.Tables.GetTableClient(name);
            await foreach (var row in table.QueryAsync<TableEntity>())
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
            }
        }

        return bench;
    }
}

[CollectionDefinition(Name)]
public sealed class WholeAccountCollection : ICollectionFixture<WholeAccount>
{
    public const string Name = "Whole account";
}
