namespace AgentEval.Tests.Shared;

/// <summary>
/// One in-memory Azurite for the whole test assembly. Take it as <c>IClassFixture&lt;AzuriteFixture&gt;</c> (classes then run in parallel) or
/// through <see cref="AzuriteCollection"/>: every instance hands out the same server. It stops when the test process ends.
/// Tests keep apart by names of their own: <see cref="UniqueName"/>.
/// </summary>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<AzuriteServer>> Shared = new(() => AzuriteServer.StartAsync());

    private AzuriteServer? _server;

    public AzuriteServer Server => _server ?? throw new InvalidOperationException("The fixture is not initialised.");

    public string ConnectionString => Server.ConnectionString;

    /// <summary>A name nobody else uses, fit for a table, a queue and a container: lower-case letters and digits, at most 63.</summary>
    public static string UniqueName(string prefix = "t")
    {
        var name = prefix + Guid.NewGuid().ToString("n");
        return name.Length <= 63 ? name : throw new ArgumentException("At most 31 characters.", nameof(prefix));
    }

    public async Task InitializeAsync() => _server = await Shared.Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>For test classes that must not run beside each other: <c>[Collection(AzuriteCollection.Name)]</c>.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteCollection : ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";
}
