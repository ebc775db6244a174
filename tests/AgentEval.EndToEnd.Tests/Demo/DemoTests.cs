using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Demo;

/// <summary><c>agenteval demo</c>, from nothing to a verdict and back to nothing.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly int[] DefaultPorts = [7071, 10000, 10001, 10002];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Remove();

    [Fact]
    public async Task Demo_SafeModel_PassesWithFourReportsThatAgreeAndLeavesNothing()
    {
        var outcome = await ToolProcess.RunCommandLineAsync(_workspace, "demo", "--out", "reports");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("PASSED", outcome.Output, StringComparison.Ordinal);
        var report = JsonNode.Parse(await ReadAsync("report.json"))!;
        Assert.Equal("passed", (string?)report["verdict"]);
        Assert.True((bool)report["passed"]!);
        Assert.Empty(report["gateFailures"]!.AsArray());
        await AssertReportsAgreeAsync(report);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task Demo_LeakyModelAndDefaultPortsTaken_FailsItsGateAndSaysWhy()
    {
        var taken = DefaultPorts.Select(TryTake).ToList();
        try
        {
            var outcome = await ToolProcess.RunCommandLineAsync(_workspace, "demo", "--model", "leaky", "--out", "reports");

            Assert.True(outcome.ExitCode == 1, outcome.ToString());
            var report = JsonNode.Parse(await ReadAsync("report.json"))!;
            Assert.Equal("failed", (string?)report["verdict"]);
            Assert.Contains("FAILED", outcome.Output, StringComparison.Ordinal);
            Assert.NotEmpty(report["gateFailures"]!.AsArray());
            Assert.All(report["gateFailures"]!.AsArray(), failure => Assert.Contains((string)failure!["name"]!, outcome.Output, StringComparison.Ordinal));
            var worst = report["violations"]!["worst"]!.AsArray();
            Assert.Contains((string)worst[0]!["type"]!, outcome.Output, StringComparison.Ordinal);
            await AssertReportsAgreeAsync(report);
            AssertNothingIsLeft();
        }
        finally
        {
            taken.ForEach(listener => listener?.Dispose());
        }
    }

    private async Task AssertReportsAgreeAsync(JsonNode report)
    {
        var runId = (string)report["runId"]!;
        var scenario = report["metrics"]!["scenario"]!;
        var junit = XDocument.Parse(await ReadAsync("junit.xml")).Root!;
        Assert.Equal((int)scenario["totalTrials"]!, junit.Descendants("testcase").Count());
        Assert.Equal((int)scenario["totalTrials"]!, Sum(junit, "tests"));
        Assert.Equal((int)scenario["failed"]!, junit.Descendants("failure").Count());
        Assert.Equal((int)scenario["failed"]!, Sum(junit, "failures"));
        Assert.Equal((int)scenario["errored"]! + (int)scenario["timedOut"]! + (int)scenario["budgetExceeded"]!, junit.Descendants("error").Count());

        var html = await ReadAsync("report.html");
        Assert.Contains(runId, html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script src", html, StringComparison.OrdinalIgnoreCase);
        var markdown = await ReadAsync("report.md");
        Assert.Contains(runId, markdown, StringComparison.Ordinal);
        Assert.Contains((string)report["verdict"]!, markdown, StringComparison.OrdinalIgnoreCase);
        foreach (var failure in report["gateFailures"]!.AsArray())
        {
            Assert.Contains((string)failure!["name"]!, html, StringComparison.Ordinal);
            Assert.Contains((string)failure["name"]!, markdown, StringComparison.Ordinal);
        }
    }

    private static int Sum(XElement junit, string attribute) => junit.Elements("testsuite").Sum(suite => (int)suite.Attribute(attribute)!);

    private void AssertNothingIsLeft()
    {
        Assert.Empty(_workspace.Processes());
        Assert.DoesNotContain(Directory.EnumerateDirectories(_workspace.Temporary), folder => folder.Contains("agenteval-demo", StringComparison.Ordinal));
    }

    private Task<string> ReadAsync(string report) => File.ReadAllTextAsync(_workspace.In("reports", report));

    /// <summary>Null: somebody else has it, which serves as well.</summary>
    private static TcpListener? TryTake(int port)
    {
        TcpListener listener = new(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
