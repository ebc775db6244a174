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
    [InlineData("run", "--red-team")]
    [InlineData("run", "--sarif")]
    [InlineData("report", "--format")]
    public async Task Help_OfAnOptionThatIsNotBuiltYet_SaysSo(string command, string option)
    {
        Assert.Equal(0, await _cli.RunAsync(command, "--help"));

        var entry = _cli.Output[_cli.Output.IndexOf($"  {option} ", StringComparison.Ordinal)..].Split("\n  -")[0];
        Assert.Contains("Not in this version", string.Join(' ', entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
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
    [InlineData("", "Name a command.")]
    [InlineData("suite", "Name a command.")]
    [InlineData("frobnicate", "There is no command frobnicate.")]
    [InlineData("suite pt", "There is no command pt. Did you mean put?")]
    [InlineData("run --bogus", "There is no option --bogus.")]
    [InlineData("run s --gaet minPassRate=1", "There is no option --gaet. Did you mean --gate?")]
    [InlineData("run s --agent --bogus", "There is no option --bogus.")]
    [InlineData("version now", "now is one argument too many.")]
    [InlineData("run s --epochs many", "--epochs: 'many' is not a whole number")]
    [InlineData("run s --epochs 99999999999", "--epochs: '99999999999' is not a whole number, or is too large.")]
    [InlineData("run s --timeout soon", "--timeout: 'soon' is not a number.")]
    [InlineData("run s --timeout NaN", "--timeout: give a finite number.")]
    [InlineData("run s --fail-fast maybe", "--fail-fast: 'maybe' is not one of error, failed.")]
    [InlineData("demo --model unsafe", "--model: 'unsafe' is not one of safe, leaky.")]
    [InlineData("run s --agent a --gate minPassRate 0.9", "--gate takes LIMIT=VALUE as one word: --gate minPassRate=0.9")]
    [InlineData("run --set seed 5 s --agent a", "--set takes PATH=VALUE as one word: --set seed=5")]
    [InlineData("run s t --gate", "t is one argument too many.")]
    [InlineData("run s --idempotency-key é", "--idempotency-key: give letters, digits and signs of ASCII.")]
    [InlineData("run s --set", "--set")]
    [InlineData("list --status bogus", "--status: 'bogus' is not one of created, queued, running")]
    [InlineData("list --status complete", "completed, failed, cancelled. Did you mean completed?")]
    [InlineData("list --status 99", "--status: '99' is not one of created, queued, running")]
    [InlineData("list --status running,completed", "--status: 'running,completed' is not one of created, queued, running")]
    [InlineData("list --output 1", "--output: '1' is not one of text, json.")]
    [InlineData("list --log-level 7", "--log-level: '7' is not one of debug, information, warning, error.")]
    [InlineData("trial r --status 3", "--status: '3' is not one of pending, running, passed")]
    [InlineData("report r --format 0", "--format: '0' is not one of json, markdown")]
    [InlineData("violations r --validator foo", "--validator: 'foo' is not one of pii, policy, promptInjection, actionMisuse.")]
    [InlineData("violations r --validator promptinjection", "actionMisuse. Did you mean promptInjection?")]
    [InlineData("violations r --severity 7", "--severity: '7' is not one of low, medium, high, critical.")]
    [InlineData("run s --ouput results", "There is no option --ouput. Did you mean --output or --out?")]
    [InlineData("list --from yesterday", "--from: 'yesterday' is not a time, such as 2026-01-31T09:00:00Z.")]
    [InlineData("list --server no-url", "\"no-url\" is no address of a service")]
    [InlineData("list --server http://127.0.0.1:1 --key é", "The key (--key or AGENTEVAL_KEY)")]
    [InlineData("list --log-level loud", "--log-level: 'loud' is not one of debug, information, warning, error.")]
    [InlineData("host --port http", "--port: 'http' is not a whole number")]
    [InlineData("host --port 70000", "--port: give a number from 0 to 65535.")]
    [InlineData("report", "error: RUN is missing.")]
    [InlineData("trace", "error: RUN is missing.")]
    [InlineData("trace zybr17", "error: TRIAL is missing.")]
    public async Task Arguments_Wrong_AreBadInputToldInOneLine(string args, string message)
    {
        Assert.Equal(2, await _cli.RunAsync(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.StartsWith("error: ", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(message, _cli.Error.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("System.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("", _cli.Output);
    }

    [Theory]
    [InlineData("rum suite.yaml", "There is no command rum. Did you mean run?")]
    [InlineData("rum suite.yaml --agent a", "There is no command rum. Did you mean run?")]
    [InlineData("suite pt a.yaml b.yaml", "There is no command pt. Did you mean put?")]
    [InlineData("run s --agent a --gate minPassRate 0.9 --gate minAverageScore=0.5", "--gate takes LIMIT=VALUE as one word: --gate minPassRate=0.9")]
    public async Task Arguments_AfterOneThatIsWrong_AreNotToldToo(string args, string message)
    {
        Assert.Equal(2, await _cli.RunAsync(args.Split(' ')));

        Assert.Equal([$"error: {message}", "See: "], _cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith("See: ", StringComparison.Ordinal) ? "See: " : line.Trim()));
    }

    [Fact]
    public async Task ListInAFileOrPipe_LongCells_StayOnOneLineWithoutTrailingBlanks()
    {
        await using var service = await FakeService.StartAsync();
        var agent = new AgentListItem("bot", null, "http", new string('m', 400), SampleRuns.Start);
        service.On("GET /api/agents", FakeAnswer.Json(new ListPage<AgentListItem>([agent], null)));

        Assert.Equal(0, await _cli.RunAsync("agent", "list", "--server", service.Url.ToString()));

        var lines = _cli.Output.Split('\n');
        Assert.Contains(lines, line => line.Contains("bot", StringComparison.Ordinal) && line.Contains(new string('m', 400), StringComparison.Ordinal));
        Assert.All(lines, line => Assert.False(line.EndsWith(' '), $"'{line}' ends in a blank."));
    }

    [Fact]
    public async Task Watch_Interrupted_SaysThatItStopped()
    {
        await using var service = await FakeService.StartAsync();
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();

        Assert.Equal(130, await _cli.RunAsync(interrupt.Token, "watch", "run-1", "--server", service.Url.ToString()));

        Assert.Equal($"Stopped.{Environment.NewLine}", _cli.Error);
    }

    [Fact]
    public async Task Problems_OfFiles_HaveTheirLines()
    {
        var suite = _folder.Write("suite.yaml", "suite: s\nscenarios:\n  - id: a\n    inpt: hello\n");
        var run = _folder.Write("run.yaml", $"suite: stored\nagent:\n  agent: bot\n  type: http\n  urll: http://127.0.0.1:1\n");

        Assert.Equal(2, await _cli.RunAsync("validate", suite));
        Assert.Contains("error line 4: scenarios[0].inpt: Unknown key 'inpt'.", _cli.Output, StringComparison.Ordinal);
        Assert.Equal(2, await _cli.RunAsync("run", suite, "--agent", "bot"));
        Assert.Contains($"error: {suite}:4: scenarios[0].inpt: Unknown key", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(2, await _cli.RunAsync("run", "--config", run));
        Assert.Contains($"error: {run}:5: agent.urll: Unknown key", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_ThatTheServiceFindsInAFile_HaveItsLines()
    {
        await using var service = await FakeService.StartAsync();
        service.On("PUT /api/suites/s", FakeAnswer.Problem(new ApiProblem { Title = "Bad", Status = 400, Errors = [new Core.Problems.Problem("scenarios[0].inpt", "unknownKey", "Unknown key.")] }, 400));
        var suite = _folder.Write("suite.yaml", "suite: s\nscenarios:\n  - id: a\n    inpt: hello\n");

        Assert.Equal(2, await _cli.RunAsync("suite", "put", suite, "--server", service.Url.ToString()));

        Assert.Contains($"error: {suite}:4: scenarios[0].inpt: Unknown key. [unknownKey]", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent", "suite: s\nscenarios: [ { id: a, input: x } ]", 2, "This is a file of the kind suite, not agent")]
    [InlineData("suite", "agent: a\ntype: http\nurl: http://127.0.0.1:1", 2, "This is a file of the kind agent, not suite")]
    [InlineData("agent", "type: http\nurl: http://127.0.0.1:1", 2, "'agent' is missing")]
    [InlineData("agent", "agent: a\ntype: http\nurl: http://127.0.0.1:1", 0, "a valid agent")]
    public async Task Validate_OfOneKind_TakesNoOther(string kind, string text, int code, string told)
    {
        Assert.Equal(code, await _cli.RunAsync(kind, "validate", _folder.Write("file.yaml", text)));

        Assert.Contains(told, _cli.Output, StringComparison.Ordinal);
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
        Assert.Equal(("epochz", 1), ((string?)_cli.Json[2]!["errors"]![0]!["path"], (int?)_cli.Json[2]!["errors"]![0]!["line"]));
        Assert.Equal("invalidSyntax", (string?)_cli.Json[3]!["errors"]![0]!["code"]);
    }

    [Fact]
    public async Task Validate_SchedulesAndBatches_AreCheckedAsThat()
    {
        var schedule = _folder.Write("schedule.yaml", "cron: every day\nrun: { suite: s, agent: a, epochz: 1 }\n");
        var batch = _folder.Write("batch.yaml", "runs:\n  - { suite: s, agent: a }\n  - { suite: s, agent: a, epochs: 0 }\n");
        var good = _folder.Write("good.json", $$"""{ "batchId": "b", "runs": [{{string.Join(',', Enumerable.Repeat("""{ "suite": "s", "agent": "a" }""", 1001))}}] }""");

        Assert.Equal(2, await _cli.RunAsync("validate", schedule, batch, good, "--output", "json"));

        Assert.Equal(["schedule", "batch", "batch"], _cli.Json.AsArray().Select(report => (string?)report!["kind"]));
        Assert.Equal([("cron", 1), ("run.epochz", 2)], Errors(0));
        Assert.Equal([("runs[1].epochs", 3)], Errors(1));
        Assert.Empty(Errors(2));

        IEnumerable<(string?, int?)> Errors(int file) => _cli.Json[file]!["errors"]!.AsArray().Select(error => ((string?)error!["path"], (int?)error["line"]));
    }

    [Fact]
    public async Task Validate_WhatIsNoFileOfTextOrNotThere_HasACodeOfItsOwn()
    {
        Directory.CreateDirectory(_folder["folder"]);
        File.WriteAllBytes(_folder["binary"], [0x89, 0x50, 0x4e, 0x47, 0xff]);

        Assert.Equal(2, await _cli.RunAsync("validate", _folder["none.yaml"], _folder["folder"], _folder["binary"], "--output", "json"));

        Assert.Equal(["notFound", "wrongType", "invalidFormat"], _cli.Json.AsArray().Select(report => (string?)report!["errors"]![0]!["code"]));
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
