using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Cli.Hosting;
using AgentEval.Client;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary><c>agenteval host --data DIR</c>, as a process.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly string _data;

    private HostProcess(ToolProcess process, string data, Uri url)
    {
        Process = process;
        _data = data;
        Client = AgentEvalClient.Create(url);
        Http = new HttpClient { BaseAddress = url };
    }

    public ToolProcess Process { get; }

    public AgentEvalClient Client { get; }

    public HttpClient Http { get; }

    public ProcessRecord Record => ProcessFile.Read(_data);

    public string ConnectionString => AzuriteHost.ConnectionString(Record.Azurite!);

    public string AppLog => File.ReadAllText(Path.Combine(_data, "logs", "app.log"));

    /// <param name="workspace">Of the test.</param>
    /// <param name="settings">Environment variables of the app.</param>
    public static async Task<HostProcess> StartAsync(Workspace workspace, IReadOnlyDictionary<string, string>? settings = null)
    {
        var data = workspace.In("data");
        var start = workspace.Command(Built.CommandLine, "host", "--data", data, "--port", "0", "--output", "json");
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = ToolProcess.Start(start);
        var url = await Patience.ForAsync("the host says where it listens", () => Task.FromResult(
            UrlIn(process.Output) ?? (process.HasExited ? throw new InvalidOperationException($"The host ended while it started:\n{process.Error}") : null)));
        return new HostProcess(process, data, new Uri(url));
    }

    /// <summary>Kills the app, not Azurite, as <c>kill -9</c>; the command notices and ends.</summary>
    public async Task<ToolOutcome> KillAppAsync()
    {
        Signals.Kill(Record.App!.Identity);
        return await Process.WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        if (!Process.HasExited)
        {
            Process.Terminate();
            await Process.WaitAsync();
        }

        Process.Dispose();
    }

    private static string? UrlIn(string output)
    {
        try
        {
            return output.TrimEnd().EndsWith('}') ? (string?)JsonNode.Parse(output)!["url"] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
