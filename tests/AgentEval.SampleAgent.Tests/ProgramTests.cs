using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Tests;

/// <summary>The program as a process of its own.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agenteval-sample-").FullName;

    [Fact]
    public async Task Main_ReadyFile_IsThereOnceItListens()
    {
        var ready = Path.Combine(_folder, "ready.json");
        using var process = Start("--model", "leaky", "--ready-file", ready);
        try
        {
            var said = await process.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

            var told = JsonNode.Parse(await File.ReadAllTextAsync(ready))!;
            Assert.Equal(process.Id, (int)told["pid"]!);
            Assert.Equal($"The sample agent listens on {told["url"]} (model leaky).", said);
            using var http = new HttpClient { BaseAddress = new Uri((string)told["url"]!) };
            Assert.Contains("A-17", await http.GetStringAsync(new Uri("/state", UriKind.Relative)), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Main_WrongOption_SaysSoAndExitsWithTwo()
    {
        using var process = Start("--model", "leeky");

        var said = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();

        Assert.Equal("There is no model 'leeky'; known are 'safe' and 'leaky'.", said.Trim());
        Assert.Equal(2, process.ExitCode);
    }

    [Fact]
    public async Task Main_PortInUse_SaysSoInOneLineAndExitsWithThree()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var process = Start("--port", $"{port}");

        var output = process.StandardOutput.ReadToEndAsync();
        var said = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync();

        Assert.Equal($"Port {port} is in use; choose another with --port, or 0 for any free one.", said.Trim());
        Assert.Equal("", await output);
        Assert.Equal(3, process.ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Process Start(params string[] args)
    {
        var program = Path.ChangeExtension(typeof(SampleAgentApp).Assembly.Location, ".dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
