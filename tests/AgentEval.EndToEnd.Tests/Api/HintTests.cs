using AgentEval.Client;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>The command line knows the messages of the service by which something is not there.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class HintTests(ServedHost served)
{
    [Theory]
    [InlineData("status nobody", "hint: `agenteval list` lists the runs at ")]
    [InlineData("suite delete nobody", "hint: `agenteval suite list` lists")]
    [InlineData("agent delete nobody", "hint: `agenteval agent list` lists")]
    [InlineData("schedule delete nobody", "hint: `agenteval schedule list` lists")]
    [InlineData("run nobody --agent nobody", "hint: `agenteval suite list` lists")]
    [InlineData("run nobody --agent nobody --set seed=1", "hint: `agenteval agent list` lists")]
    public async Task Command_AboutSomethingThatIsNotThere_HintsAtTheCommandThatLists(string command, string hint)
    {
        var outcome = await RunAsync(command);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(hint, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_NamedByItsScenarioAlone_TellsTheFormOfAnId()
    {
        var run = await served.Host.Client.CreateRunAsync(new RunSubmission { Suite = Questions.Suite(1, served.Name("suite")), Agent = served.Agent.Spec() });

        var outcome = await RunAsync($"trial {run.RunId} order-status");

        Assert.Contains($"such as order-status~1. `agenteval trial {run.RunId}` lists", outcome.Error, StringComparison.Ordinal);
    }

    private Task<ToolOutcome> RunAsync(string command) =>
        ToolProcess.RunCommandLineAsync(served.Workspace, [.. command.Split(' '), "--server", served.Host.Http.BaseAddress!.ToString()]);
}
