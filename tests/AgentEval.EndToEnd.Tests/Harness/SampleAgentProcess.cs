using System.Text.Json.Nodes;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>The sample agent as a process.</summary>
internal sealed class SampleAgentProcess : IDisposable
{
    private readonly ToolProcess _process;

    private SampleAgentProcess(ToolProcess process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<SampleAgentProcess> StartAsync(Workspace workspace)
    {
        var ready = workspace.In("sample-agent.ready.json");
        File.Delete(ready);
        var process = ToolProcess.Start(workspace.Command(Built.SampleAgent, "--port", "0", "--ready-file", ready));
        var url = await Patience.ForAsync("the sample agent listens", () => Task.FromResult(
            File.Exists(ready) ? (string?)JsonNode.Parse(File.ReadAllText(ready))!["url"]
            : process.HasExited ? throw new InvalidOperationException($"The sample agent ended while it started:\n{process.Error}")
            : null));
        return new SampleAgentProcess(process, new Uri(url));
    }

    public void Dispose() => _process.Dispose();
}
