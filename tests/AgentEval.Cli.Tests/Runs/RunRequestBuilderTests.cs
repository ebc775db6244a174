using System.Text.Json.Nodes;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Tests.Runs;

public sealed class RunRequestBuilderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _errors = new();
    private readonly CliLog _log;

    public RunRequestBuilderTests() => _log = new CliLog(_errors, CliLogLevel.Warning, file: null, TimeProvider.System);

    public void Dispose()
    {
        _log.Dispose();
        _errors.Dispose();
        _folder.Dispose();
    }

    private RunSubmission Build(RunArguments arguments) => RunRequestBuilder.Build(arguments, _log);

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString() ?? "null");

    [Fact]
    public void Build_Files_AreSentInline()
    {
        var submission = Build(new RunArguments
        {
            Suite = _folder.Write("suite.yaml", Files.Suite),
            Agent = _folder.Write("agent.yaml", Files.Agent),
        });

        Assert.Equal("hello", (string?)submission.Suite["scenarios"]![0]!["id"]);
        Assert.Equal("support-bot", (string?)submission.Agent["agent"]);
        AssertJson("{}", submission.Settings);
    }

    [Fact]
    public void Build_Names_AreSentAsTheyAre()
    {
        var submission = Build(new RunArguments { Suite = "support@1.0.0", Agent = "bot" });

        Assert.Equal("support@1.0.0", (string?)submission.Suite);
        Assert.Equal("bot", (string?)submission.Agent);
    }

    [Fact]
    public void Build_AgentUrl_BecomesAnInlineAgentNamedAfterItsHost()
    {
        var submission = Build(new RunArguments
        {
            Suite = "support",
            Agent = "http://127.0.0.1:5100/v1",
            AgentType = "openai-chat",
            Model = "gpt-x",
        });

        AssertJson("""{ "agent": "127.0.0.1-5100", "type": "openai-chat", "url": "http://127.0.0.1:5100/v1", "model": "gpt-x" }""", submission.Agent);
    }

    [Fact]
    public void Build_EveryOption_LandsAtItsKey()
    {
        var submission = Build(new RunArguments
        {
            Suite = "support",
            Agent = "bot",
            Seed = 42,
            Epochs = 3,
            Limit = 5,
            RedTeamLevel = "off",
            ReplayFraction = 0.2,
            Tags = ["a", "b"],
            Categories = ["c"],
            Difficulties = ["easy"],
            Scenarios = ["s1"],
            MaxParallel = 8,
            DelaySeconds = 0.5,
            TimeoutSeconds = 30,
            Retries = 0,
            FailFast = "error",
            Gate = ["minPassRate=0.9", "maxViolationsByType.CREDIT_CARD=0"],
            Set = ["execution.saveRawResponses=false", "labels.branch=main", "validators.policy={\"bannedTopics\":[\"x\"]}"],
        });

        AssertJson(
            """
            {
              "seed": 42, "epochs": 3, "limit": 5,
              "filters": { "tags": ["a", "b"], "categories": ["c"], "difficulties": ["easy"], "scenarios": ["s1"] },
              "execution": { "maxParallel": 8, "delaySeconds": 0.5, "timeoutSeconds": 30, "retries": 0, "failFast": "error", "saveRawResponses": false },
              "redTeam": { "level": "off" },
              "replay": { "fraction": 0.2 },
              "gate": { "minPassRate": 0.9, "maxViolationsByType": { "CREDIT_CARD": 0 } },
              "validators": { "policy": { "bannedTopics": ["x"] } }
            }
            """,
            submission.Settings);
        Assert.Equal("main", submission.Labels["branch"]);
    }

    [Fact]
    public void Build_ConfigAndOptions_OptionsWinKeyByKey()
    {
        var config = _folder.Write("run.yaml", """
            suite: support
            agent: bot
            epochs: 2
            gate: { minPassRate: 0.5, maxErrorRate: 0.2 }
            submitter: { name: Ada, termsAccepted: true }
            """);

        var submission = Build(new RunArguments { ConfigFile = config, Agent = "other", Gate = ["minPassRate=null"] });

        Assert.Equal("support", (string?)submission.Suite);
        Assert.Equal("other", (string?)submission.Agent);
        Assert.Equal("Ada", submission.Submitter!.Name);
        AssertJson("""{ "epochs": 2, "gate": { "minPassRate": null, "maxErrorRate": 0.2 } }""", submission.Settings);
    }

    [Fact]
    public void Build_SuiteWithProblems_TellsAllWithTheirPaths()
    {
        var suite = _folder.Write("bad.yaml", Files.Suite.Replace("id: hello", "id: hello\n    inptu: x") + "\nextra: 1\n");

        var e = Assert.Throws<CliException>(() => Build(new RunArguments { Suite = suite, Agent = "bot" }));

        Assert.Equal(ExitCodes.BadInput, e.ExitCode);
        Assert.Equal(suite, e.File);
        Assert.Contains(e.Problems, problem => problem.Path == "scenarios[0].inptu");
        Assert.Contains(e.Problems, problem => problem.Path == "extra");
    }

    [Fact]
    public void Build_SettingOutOfRange_IsRefusedBeforeAnythingIsSent()
    {
        var e = Assert.Throws<CliException>(() => Build(new RunArguments { Suite = "support", Agent = "bot", Epochs = 0 }));

        Assert.Equal(ExitCodes.BadInput, e.ExitCode);
        Assert.Equal("--epochs", Assert.Single(e.OptionProblems).Path);
    }

    [Theory]
    [InlineData(null, "bot", "suite")]
    [InlineData("support", null, "agent")]
    [InlineData("missing.yaml", "bot", "missing.yaml")]
    public void Build_SomethingMissing_SaysWhat(string? suite, string? agent, string expected)
    {
        var e = Assert.Throws<CliException>(() => Build(new RunArguments { Suite = suite, Agent = agent }));

        Assert.Equal(ExitCodes.BadInput, e.ExitCode);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minPassRate")]
    [InlineData("=1")]
    [InlineData("a..b=1")]
    public void Build_GateWithoutAssignment_SaysHowToWriteIt(string gate)
    {
        var e = Assert.Throws<CliException>(() => Build(new RunArguments { Suite = "s", Agent = "a", Gate = [gate] }));

        Assert.Contains("--gate minPassRate=0.9", e.Message, StringComparison.Ordinal);
    }
}
