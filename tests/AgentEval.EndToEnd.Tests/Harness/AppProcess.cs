using System.Diagnostics;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>The app as a process on an Azurite that outlives it, so that it can be killed and started again.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private readonly ToolProcess _process;

    private AppProcess(ToolProcess process, Uri url)
    {
        _process = process;
        Url = url;
        Client = AgentEvalClient.Create(url);
        Http = new HttpClient { BaseAddress = url };
    }

    public Uri Url { get; }

    public AgentEvalClient Client { get; }

    public HttpClient Http { get; }

    public string Log => _process.Error;

    /// <param name="workspace">Of the test.</param>
    /// <param name="storage">Its storage.</param>
    /// <param name="settings">Further environment variables, such as <c>AgentEval__MaxActiveRuns</c>.</param>
    public static Task<AppProcess> StartAsync(Workspace workspace, AzuriteServer storage, IReadOnlyDictionary<string, string>? settings = null) =>
        StartAsync(workspace, storage.ConnectionString, settings);

    /// <param name="workspace">Of the test.</param>
    /// <param name="storage">A connection string.</param>
    /// <param name="settings">Further environment variables.</param>
    public static async Task<AppProcess> StartAsync(Workspace workspace, string storage, IReadOnlyDictionary<string, string>? settings = null)
    {
        var ready = workspace.In("app.ready.json");
        File.Delete(ready);
        var start = workspace.Command(Built.App);
        start.WorkingDirectory = Path.GetDirectoryName(Built.App)!;
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["LocalRuntime__Port"] = "0";
        start.Environment["LocalRuntime__ReadyFile"] = ready;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = ToolProcess.Start(start);
        var url = await Patience.ForAsync("the app listens", () => Task.FromResult(
            File.Exists(ready) ? (string?)JsonNode.Parse(File.ReadAllText(ready))!["url"]
            : process.HasExited ? throw new InvalidOperationException($"The app ended while it started:\n{process.Error}")
            : null));
        return new AppProcess(process, new Uri(url));
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; waits for the end.</summary>
    public Task<ToolOutcome> TerminateAsync()
    {
        _process.Terminate();
        return _process.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        if (!_process.HasExited)
        {
            await _process.KillAsync();
        }

        _process.Dispose();
    }
}
