using System.Text.Json.Nodes;
using AgentEval.Cli.Hosting;
using AgentEval.Cli.Tests.Hosting;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Tests.Commands;

/// <summary>Commands that start the local host, made of fakes.</summary>
public sealed class LocalCommandsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly FakeInstallation _fake = new();
    private readonly TempFolder _folder = new();
    private readonly CliHarness _cli;

    public LocalCommandsTests() => _cli = new CliHarness { Installation = () => _fake.Installation };

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
        _fake.Dispose();
    }

    private static JsonNode Node<T>(T value) => System.Text.Json.JsonSerializer.SerializeToNode(value, AgentEvalJson.Options)!;

    private void AppFinishesRuns(Verdict verdict) => _fake.Routes(new JsonObject
    {
        ["POST /api/runs"] = Node(SampleRuns.Accepted),
        ["GET /api/runs/run-1"] = Node(SampleRuns.Finished(verdict)),
        ["GET /api/runs/run-1/report?format=json"] = new JsonObject { ["runId"] = "run-1" },
    });

    private async Task<Uri> ListeningAsync()
    {
        await _cli.WhenOutputAsync("Ctrl-C");
        return ProcessFile.Read(_fake.Data).Url!;
    }

    [Theory]
    [InlineData("safe", Verdict.Passed, 0)]
    [InlineData("leaky", Verdict.Failed, 1)]
    public async Task Demo_OfAModel_EvaluatesItAndWritesTheReports(string model, Verdict verdict, int expected)
    {
        _fake.Write("suite.yaml", Files.Suite);
        AppFinishesRuns(verdict);

        var code = await _cli.RunAsync("demo", "--model", model, "--out", _folder["reports"]);

        Assert.Equal(expected, code);
        Assert.Equal(["junit.xml", "report.html", "report.json", "report.md"], Directory.GetFiles(_folder["reports"]).Select(path => Path.GetFileName(path)).Order());
        Assert.Contains(Path.Combine(_folder["reports"], "report.html"), _cli.Error, StringComparison.Ordinal);
        Assert.Contains(verdict == Verdict.Passed ? "PASSED" : "FAILED", _cli.Output, StringComparison.Ordinal);

        var request = JsonNode.Parse((string)JsonNode.Parse(_fake.Received.Split('\n')[0])!["body"]!)!;
        Assert.Equal("support", (string?)request["suite"]!["suite"]);
        Assert.Equal(model, (string?)request["agent"]!["model"]);
        Assert.EndsWith("/v1/chat/completions", (string?)request["agent"]!["url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithoutServer_UsesTheLocalHostForItsLength()
    {
        AppFinishesRuns(Verdict.Passed);

        Assert.Equal(0, await _cli.RunAsync("run", "support", "--agent", "bot", "--data", _fake.Data));

        Assert.Equal("app azurite", _fake.Ended);
        Assert.False(File.Exists(Path.Combine(_fake.Data, ProcessFile.Name)));
    }

    [Fact]
    public async Task Host_UntilItIsToldToStop_ListensThenEndsInOrder()
    {
        using var stop = new CancellationTokenSource();
        var hosting = _cli.RunAsync(stop.Token, "host", "--data", _fake.Data, "--port", "0");
        var url = await ListeningAsync().WaitAsync(Limit);
        Assert.Contains($"Listening at {url.ToString().TrimEnd('/')}", _cli.Output, StringComparison.Ordinal);

        await stop.CancelAsync();

        Assert.Equal(0, await hosting);
        Assert.Equal("app azurite", _fake.Ended);
    }

    [Fact]
    public async Task Host_OfAServedFolder_SaysWhoServesItAndThatItStaysUp()
    {
        using var stopFirst = new CancellationTokenSource();
        using var stopSecond = new CancellationTokenSource();
        var first = _cli.RunAsync(stopFirst.Token, "host", "--data", _fake.Data, "--port", "0");
        var url = (await ListeningAsync().WaitAsync(Limit)).ToString().TrimEnd('/');
        using var next = new CliHarness { Installation = () => _fake.Installation };
        var second = next.RunAsync(stopSecond.Token, "host", "--data", _fake.Data, "--port", "7099");
        await next.WhenOutputAsync("Ctrl-C").WaitAsync(Limit);
        Assert.Contains($"already served at {url}, by process {ProcessFile.Read(_fake.Data).App!.Pid}.", next.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stops it", next.Output, StringComparison.Ordinal);
        Assert.Equal($"warning: --port 7099 is not used: the app listens at {url} already.{Environment.NewLine}", next.Error);

        await stopSecond.CancelAsync();

        Assert.Equal(0, await second);
        Assert.Contains($"the app stays up at {url} as long as `agenteval host` (process {Environment.ProcessId}) needs it.", next.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Stopping", next.Error, StringComparison.Ordinal);
        Assert.Equal("", _fake.Ended);
        await stopFirst.CancelAsync();
        Assert.Equal(0, await first);
        Assert.Contains("Stopping …", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("app azurite", _fake.Ended);
    }

    [Fact]
    public async Task Host_OfAServedFolderWithoutAPort_SaysNothingOfPorts()
    {
        using var stop = new CancellationTokenSource();
        var first = _cli.RunAsync(stop.Token, "host", "--data", _fake.Data, "--port", "0");
        await ListeningAsync().WaitAsync(Limit);
        using var next = new CliHarness { Installation = () => _fake.Installation };
        var second = next.RunAsync(stop.Token, "host", "--data", _fake.Data);
        await next.WhenOutputAsync("Ctrl-C").WaitAsync(Limit);

        await stop.CancelAsync();

        Assert.Equal(0, await first);
        Assert.Equal(0, await second);
        Assert.DoesNotContain("--port", next.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list", "runs")]
    [InlineData("suite list", "suites")]
    [InlineData("agent list", "agents")]
    [InlineData("schedule list", "schedules")]
    public async Task List_FolderWithoutData_IsEmptyAndStartsNothing(string command, string things)
    {
        using var cli = new CliHarness();

        Assert.Equal(0, await cli.RunAsync([.. command.Split(' '), "--data", _folder["evals"]]));

        Assert.Equal($"No {things} found in {_folder["evals"]}.", cli.Output.Trim());
        Assert.Contains("--server", cli.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["evals"]));
    }

    [Fact]
    public async Task List_FolderWithoutDataAsJson_IsAnEmptyPage()
    {
        using var cli = new CliHarness();

        Assert.Equal(0, await cli.RunAsync("list", "--data", _folder["evals"], "--output", "json"));

        Assert.Empty(cli.Json["items"]!.AsArray());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("status r")]
    [InlineData("watch r")]
    [InlineData("start r")]
    [InlineData("cancel r")]
    [InlineData("pause r")]
    [InlineData("resume r")]
    [InlineData("report r")]
    [InlineData("trial r")]
    [InlineData("trace r t~1")]
    [InlineData("violations r")]
    [InlineData("batch show b")]
    [InlineData("suite delete s")]
    [InlineData("agent delete a")]
    [InlineData("schedule delete n")]
    [InlineData("purge --keep-last 1")]
    [InlineData("run --run-id r")]
    public async Task Command_AboutWhatAFolderWithoutDataCannotHave_NamesTheFolderAndStartsNothing(string command)
    {
        using var cli = new CliHarness();

        Assert.Equal(2, await cli.RunAsync([.. command.Split(' '), "--data", _folder["evals"]]));

        Assert.Equal($"error: There is no data in {_folder["evals"]}. Name its folder with --data, or a service with --server.", cli.Error.Trim());
        Assert.False(Directory.Exists(_folder["evals"]));
    }

    [Fact]
    public async Task List_OfAFolderWithoutRuns_NamesTheFolder()
    {
        _fake.Routes(new JsonObject { ["GET /api/runs"] = new JsonObject { ["items"] = new JsonArray(), ["cursor"] = null } });
        Directory.CreateDirectory(Path.Combine(_fake.Data, "azurite"));

        Assert.Equal(0, await _cli.RunAsync("list", "--data", _fake.Data));

        Assert.Equal($"No runs found in {_fake.Data}.", _cli.Output.Trim());
    }

    [Fact]
    public async Task Run_WhileTheLocalHostStarts_SaysSoOnceBesideTheAnswer()
    {
        AppFinishesRuns(Verdict.Passed);

        Assert.Equal(0, await _cli.RunAsync("run", "support", "--agent", "bot", "--data", _fake.Data, "--output", "json"));

        Assert.StartsWith($"Starting the app and its storage …{Environment.NewLine}", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, _cli.Error.Split("Starting").Length - 1);
        Assert.Equal("run-1", (string?)_cli.Json["runId"]);
    }

    [Fact]
    public async Task Run_OnlyErrorsAskedFor_SaysNothingOfTheStart()
    {
        AppFinishesRuns(Verdict.Passed);

        Assert.Equal(0, await _cli.RunAsync("run", "support", "--agent", "bot", "--data", _fake.Data, "--log-level", "error"));

        Assert.DoesNotContain("Starting", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_TheAppIsKilled_TellsItsLogAndLeavesTheStorageToTheNext()
    {
        _fake.Routes(new JsonObject { ["GET /die"] = "die" });
        var hosting = _cli.RunAsync("host", "--data", _fake.Data, "--port", "0");
        var url = await ListeningAsync().WaitAsync(Limit);
        var before = ProcessFile.Read(_fake.Data).Azurite!;
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url, "/die")));

        Assert.Equal(3, await hosting);
        Assert.Contains("The local host died", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("starting", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _fake.Ended);

        _fake.Routes(new JsonObject { ["GET /api/runs"] = new JsonObject { ["items"] = new JsonArray(), ["cursor"] = null } });
        using var next = new CliHarness { Installation = () => _fake.Installation };
        Assert.Equal(0, await next.RunAsync("list", "--data", _fake.Data, "--verbose"));
        Assert.Contains($"TableEndpoint=http://127.0.0.1:{before.TablePort}/", next.Error, StringComparison.Ordinal);
        Assert.Equal("app azurite", _fake.Ended);
        Assert.False(before.Identity.IsAlive());
    }
}
