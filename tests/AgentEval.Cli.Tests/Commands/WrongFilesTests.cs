using System.Text;
using AgentEval.Client.Tests.Fakes;

namespace AgentEval.Cli.Tests.Commands;

/// <summary>Files and places that cannot serve: told in words, as bad input, before anything is submitted.</summary>
public sealed class WrongFilesTests : IAsyncLifetime, IDisposable
{
    private readonly CliHarness _cli = new();
    private readonly TempFolder _folder = new();
    private FakeService _service = null!;
    private string _suite = "";
    private string _agent = "";

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _cli.Variables["AGENTEVAL_SERVER"] = _service.Url.ToString();
        _suite = _folder.Write("suite.yaml", Files.Suite);
        _agent = _folder.Write("agent.yaml", Files.Agent);
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public Task Run_MissingFile_IsNamed() => AssertRefusedAsync($"There is no file {_folder["none.yaml"]}.", "run", _folder["none.yaml"], "--agent", _agent);

    [Fact]
    public async Task Run_Folder_IsNoFile()
    {
        Directory.CreateDirectory(_folder["folder.yaml"]);

        await AssertRefusedAsync("is a folder; a file is expected.", "run", _folder["folder.yaml"], "--agent", _agent);
    }

    [Fact]
    public async Task Run_BytesThatAreNoUtf8_AreNotReadAsSomethingElse()
    {
        File.WriteAllBytes(_folder["latin.yaml"], Encoding.Latin1.GetBytes("suite: café\n"));

        await AssertRefusedAsync("is no text in UTF-8", "run", _folder["latin.yaml"], "--agent", _agent);
    }

    [Fact]
    public async Task Validate_Utf16WithByteOrderMark_IsRead()
    {
        File.WriteAllText(_folder["utf16.yaml"], Files.Suite, Encoding.Unicode);

        Assert.Equal(0, await _cli.RunAsync("validate", _folder["utf16.yaml"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("null")]
    [InlineData("just words")]
    [InlineData("[1, 2]")]
    [InlineData("{\"a\":")]
    [InlineData("a: [1, 2")]
    [InlineData("\u0000\u0001")]
    public async Task Run_NoDocument_IsToldWithItsFile(string content)
    {
        var file = _folder.Write("odd.yaml", content);

        await AssertRefusedAsync($"{file} is not a document that can be read.", "run", file, "--agent", _agent);
        Assert.Contains($"error: {file}: ", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FilesInEachOthersPlace_AreToldAsThat()
    {
        await AssertRefusedAsync("is an agent: give it with --agent.", "run", _agent, "--agent", _suite);
        await AssertRefusedAsync("is a suite: name it as SUITE, without --agent.", "run", _suite, "--agent", _suite);
        await AssertRefusedAsync("is a run request: give it with --config.", "run", _folder.Write("run.json", """{ "suite": "s", "agent": "a" }"""), "--agent", _agent);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("ftp://models.example.com/v1")]
    public Task Run_AddressThatIsNone_IsNotTakenForAFile(string agent) => AssertRefusedAsync($"{agent} is no address of an agent", "run", _suite, "--agent", agent);

    [Fact]
    public Task Run_AgentTypeWithAFile_IsRefused() => AssertRefusedAsync("--agent-type goes with an agent given as a URL", "run", _suite, "--agent", _agent, "--agent-type", "mcp");

    [Theory]
    [InlineData("--set", "x", "write --set PATH=VALUE")]
    [InlineData("--set", "=1", "write --set PATH=VALUE")]
    [InlineData("--set", "a..b=1", "write --set PATH=VALUE")]
    [InlineData("--gate", "minPassRate", "write --gate NAME=VALUE")]
    [InlineData("--gate", "minPasRate=0.9", "The run request has problems.")]
    [InlineData("--gate", "minPassRate=abc", "The run request has problems.")]
    [InlineData("--set", "execution=5", "The run request has problems.")]
    [InlineData("--set", "seed=1e400", "The run request has problems.")]
    public Task Run_NonsenseAssigned_IsRefused(string option, string value, string message) => AssertRefusedAsync(message, "run", _suite, "--agent", _agent, option, value);

    [Fact]
    public async Task Run_PlaceThatCannotBeWritten_IsRefusedBeforeTheRun()
    {
        Directory.CreateDirectory(_folder["folder"]);

        await AssertRefusedAsync($"--out: the folder {_suite} cannot be created", "run", _suite, "--agent", _agent, "--out", _suite);
        await AssertRefusedAsync($"--junit {_folder["folder"]} is a folder", "run", _suite, "--agent", _agent, "--junit", _folder["folder"]);
        await AssertRefusedAsync($"--html: the folder {_suite} cannot be created", "run", _suite, "--agent", _agent, "--html", Path.Combine(_suite, "report.html"));
        await AssertRefusedAsync($"--out: the folder {_suite} cannot be created", "demo", "--out", _suite);
        await AssertRefusedAsync($"--data: the folder {_suite} cannot be created", "host", "--data", _suite);
    }

    [Fact]
    public async Task Report_FileInAPlaceThatIsNoFolder_IsRefusedBeforeItIsFetched() =>
        await AssertRefusedAsync($"--file: the folder {_suite} cannot be created", "report", "run-1", "--file", Path.Combine(_suite, "report.html"), "--server", _service.Url.ToString());

    /// <summary>There the system says that it finds no file, though none was asked for.</summary>
    [LinuxFact]
    public async Task Run_FolderWhereNoneCanBe_IsToldWithoutTheSystemsWords()
    {
        await AssertRefusedAsync("--out: the folder /proc/x cannot be created.", "run", _suite, "--agent", _agent, "--out", "/proc/x");
        Assert.DoesNotContain("Could not find file", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public Task Run_ReportNotThereYet_IsRefusedBeforeTheRun() => AssertRefusedAsync(
        "--sarif: this report is not available in this version.", "run", _suite, "--agent", _agent, "--sarif", _folder["x.sarif"]);

    [Theory]
    [InlineData("{scenarioid}.json", "{scenarioid} is none of")]
    [InlineData("{epoch", "{epoch is none of")]
    [InlineData("../{trialId}.json", "must name a file in the folder")]
    [InlineData("/tmp/{trialId}.json", "must name a file in the folder")]
    [InlineData("{trialId}/", "must name a file in the folder")]
    public Task Run_FilenameTemplateThatLeadsAstray_IsRefused(string template, string message) => AssertRefusedAsync(
        message, "run", _suite, "--agent", _agent, "--out", _folder["out"], "--filename-template", template);

    [Theory]
    [InlineData("--create-only")]
    [InlineData("--detach")]
    public Task Run_ResultsWantedWithoutWaiting_IsRefused(string option) => AssertRefusedAsync(
        "do not wait for results", "run", _suite, "--agent", _agent, option, "--out", _folder["out"]);

    [Fact]
    public Task Run_CreatedRunWithSettings_IsRefused() => AssertRefusedAsync("--run-id starts a run that was created before", "run", "--run-id", "r", "--epochs", "2");

    [Theory]
    [InlineData("--set epochs", "--set", "epochs=0")]
    [InlineData("--epochs", "--epochs", "0")]
    [InlineData("--gate minPassRate", "--gate", "minPassRate=7")]
    [InlineData("--set execution: execution.retires", "--set", """execution={"retires":1}""")]
    [InlineData("--set replay.fractoin", "--set", "replay.fractoin=1")]
    [InlineData("--set exection.retries: exection", "--set", "exection.retries=1")]
    public async Task Run_OptionWithAWrongValue_IsNamedAndNotTheFile(string named, params string[] option)
    {
        var config = _folder.Write("run.yaml", "suite: s\nagent: a\nepochs: 2\nexecution: { retries: 1 }\nlimit: -1\n");

        await AssertRefusedAsync($"error: {named}: ", ["run", "--config", config, .. option]);

        Assert.Contains($"error: {config}:5: limit: ", _cli.Error, StringComparison.Ordinal);
        Assert.Single(_cli.Error.Split('\n'), line => line.Contains(config, StringComparison.Ordinal));
    }

    [Fact]
    public Task Run_AgentTypeThatIsNone_IsNamedAsTheOption() => AssertRefusedAsync("error: --agent-type: ", "run", _suite, "--agent", "http://127.0.0.1:1/chat", "--agent-type", "telepathy");

    private async Task AssertRefusedAsync(string message, params string[] args)
    {
        Assert.Equal(2, await _cli.RunAsync(args));

        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _cli.Output);
        Assert.Empty(_service.Received);
    }
}
