using System.CommandLine;
using AgentEval.Cli.Commands;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Tests.Commands;

public sealed class RunOptionsTests
{
    private readonly RunOptions _options = new();

    private ParseResult Parse(params string[] args)
    {
        var command = new Command("run");
        _options.AddTo(command);
        var parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        return parsed;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("medium", "--red-team")]
    [InlineData("high", "--red-team", "high")]
    public void Arguments_RedTeam_MayStandWithoutAValue(string? expected, params string[] args) =>
        Assert.Equal(expected, _options.Arguments(Parse(["suite.yaml", .. args])).RedTeamLevel);

    [Fact]
    public void Arguments_RepeatedOptions_AreAllThere()
    {
        var arguments = _options.Arguments(Parse(
            "suite.yaml", "--tag", "a", "--tag", "b", "--gate", "x=1", "--gate", "y=2", "--set", "a.b=c", "--seed", "7", "--replay", "0.5", "--delay", "1.5"));

        Assert.Equal("suite.yaml", arguments.Suite);
        Assert.Equal(["a", "b"], arguments.Tags);
        Assert.Equal(["x=1", "y=2"], arguments.Gate);
        Assert.Equal(["a.b=c"], arguments.Set);
        Assert.Equal(7, arguments.Seed);
        Assert.Equal(0.5, arguments.ReplayFraction);
        Assert.Equal(1.5, arguments.DelaySeconds);
        Assert.Null(arguments.Epochs);
    }

    [Fact]
    public void Outputs_Reports_AreThoseThatWereNamed()
    {
        var outputs = _options.Outputs(Parse("s", "--junit", "a.xml", "--html", "b.html", "--out", "dir"));

        Assert.Equal("dir", outputs.Folder);
        Assert.Equal("a.xml", outputs.Reports[ReportFormat.Junit]);
        Assert.Equal("b.html", outputs.Reports[ReportFormat.Html]);
        Assert.Equal(2, outputs.Reports.Count);
        Assert.Equal(TrialFiles.DefaultTemplate, outputs.FilenameTemplate);
    }
}
