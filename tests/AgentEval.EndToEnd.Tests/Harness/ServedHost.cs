namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>One host and one agent for all tests of the API. They run one after the other and tell their things apart by names of their own.</summary>
public sealed class ServedHost : IAsyncLifetime
{
    private readonly Workspace _workspace = new();
    private HostProcess? _host;
    private ScriptedAgent? _agent;
    private int _names;

    internal HostProcess Host => _host!;

    internal ScriptedAgent Agent => _agent!;

    internal Workspace Workspace => _workspace;

    /// <summary>A name nobody else uses.</summary>
    public string Name(string prefix) => $"{prefix}-{Interlocked.Increment(ref _names)}";

    public async Task InitializeAsync()
    {
        _agent = await ScriptedAgent.StartAsync();
        _host = await HostProcess.StartAsync(_workspace);
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        _workspace.Remove();
    }
}

[CollectionDefinition(Name)]
public sealed class ServedHostGroup : ICollectionFixture<ServedHost>
{
    public const string Name = "Served host";
}
