using AgentEval.Tests.Shared;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

/// <summary>Gives each test an empty table of its own on the real Azurite.</summary>
public abstract class TableTest(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    protected string ConnectionString => azurite.ConnectionString;

    protected TableClient Table { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Table = new TableClient(ConnectionString, AzuriteFixture.UniqueName());
        await Table.CreateAsync();
    }

    public async Task DisposeAsync() => await Table.DeleteAsync();
}
