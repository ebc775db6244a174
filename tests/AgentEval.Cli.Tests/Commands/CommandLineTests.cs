using System.CommandLine;
using AgentEval.Cli.Commands;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;

namespace AgentEval.Cli.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliHarness _cli = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> AllCommands()
    {
        TheoryData<string> names = [];
        foreach (var command in CommandCatalogue.Create().Subcommands)
        {
            foreach (var name in command.Subcommands.Count == 0 ? [command.Name] : command.Subcommands.Select(sub => $"{command.Name} {sub.Name}"))
            {
                names.Add(name);
            }
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Help_OfEveryCommand_HasAnExampleAndTheCommonOptions(string command)
    {
        Assert.Equal(0, await _cli.RunAsync([.. command.Split(' '), "--help"]));

        Assert.Contains($"Example:{Environment.NewLine}  agenteval {command}", _cli.Output, StringComparison.Ordinal);
        Assert.All(["--output", "--log-level", "--log-file", "--verbose"], option => Assert.Contains(option, _cli.Output, StringComparison.Ordinal));
        Assert.Equal("", _cli.Error);
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("compare")]
    [InlineData("leaderboard")]
    public async Task Command_NotBuiltYet_SaysSo(string command)
    {
        Assert.Equal(2, await _cli.RunAsync(command, "anything", "--flag"));

        Assert.Contains("not available in this version", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _cli.Output);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("run", "s", "--epochs", "many")]
    [InlineData("run", "s", "--fail-fast", "maybe")]
    [InlineData("list", "--server", "no-url")]
    [InlineData("report")]
    public async Task Arguments_Wrong_AreBadInputOnStandardError(params string[] args)
    {
        Assert.Equal(2, await _cli.RunAsync(args));

        Assert.StartsWith("error: ", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _cli.Output);
    }

    [Fact]
    public async Task Validate_GoodAndBadFiles_TellsAllProblemsOfAllFiles()
    {
        var good = _folder.Write("good.yaml", Files.Suite);
        var agent = _folder.Write("agent.yaml", Files.Agent.Replace("type: http", "type: telepathy"));
        var run = _folder.Write("run.json", """{ "suite": "s", "agent": "a", "epochz": 1 }""");
        var broken = _folder.Write("broken.yaml", "a: [1, 2");

        var code = await _cli.RunAsync("validate", good, agent, run, broken, "--output", "json");

        Assert.Equal(2, code);
        Assert.Equal([true, false, false, false], _cli.Json.AsArray().Select(report => (bool)report!["isValid"]!));
        Assert.Equal(["suite", "agent", "run", null], _cli.Json.AsArray().Select(report => (string?)report!["kind"]));
        Assert.Equal("type", (string?)_cli.Json[1]!["errors"]![0]!["path"]);
        Assert.Equal("epochz", (string?)_cli.Json[2]!["errors"]![0]!["path"]);
        Assert.Equal("invalidSyntax", (string?)_cli.Json[3]!["errors"]![0]!["code"]);
    }

    [Fact]
    public async Task Validate_GoodFile_IsDone()
    {
        Assert.Equal(0, await _cli.RunAsync("validate", _folder.Write("good.yaml", Files.Suite)));

        Assert.Contains("a valid suite", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfADeployedService_GivesTheRowsAsTextOrJson()
    {
        await using var service = await FakeService.StartAsync();
        var item = new RunListItem
        {
            RunId = "run-1",
            Status = Core.Runs.RunStatus.Completed,
            Verdict = Core.Runs.Verdict.Passed,
            Suite = "support",
            SuiteVersion = "1.0.0",
            Agent = "bot",
            InitiatedBy = "cli",
            CreatedAt = SampleRuns.Start,
        };
        service.On("GET /api/runs?suite=support&top=5", FakeAnswer.Json(new ListPage<RunListItem>([item], "more")));

        Assert.Equal(0, await _cli.RunAsync("list", "--suite", "support", "--top", "5", "--server", service.Url.ToString()));

        Assert.Contains("run-1", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("passed", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("--cursor more", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OutOfReach_IsTrouble()
    {
        Assert.Equal(3, await _cli.RunAsync("cancel", "run-1", "--server", "http://127.0.0.1:1"));

        Assert.Contains("No service answers", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LogFile_Given_GetsWhatIsTold()
    {
        await _cli.RunAsync("cancel", "run-1", "--server", "http://127.0.0.1:1", "--log-file", _folder["logs/cli.log"]);

        Assert.Contains(" error ", File.ReadAllText(_folder["logs/cli.log"]), StringComparison.Ordinal);
    }
}
