using AgentEval.Client;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>The command line knows the messages of the service by which something is not there.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class HintTests(ServedHost served)
{
    [Theory]
    [InlineData("status nobody", "list", "the runs at ")]
    [InlineData("suite delete nobody", "suite list", "the stored suites")]
    [InlineData("agent delete nobody", "agent list", "the stored agents")]
    [InlineData("schedule delete nobody", "schedule list", "the ")]
    [InlineData("run nobody --agent nobody", "suite list", "the stored suites")]
    [InlineData("run nobody --agent nobody --set seed=1", "agent list", "the stored agents")]
    public async Task Command_AboutSomethingThatIsNotThere_HintsAtTheCommandThatLists(string command, string list, string things)
    {
        var outcome = await RunAsync(command);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains($"hint: `agenteval {list} --server {Server}` lists {things}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_NamedByItsScenarioAlone_TellsTheFormOfAnId()
    {
        var run = await served.Host.Client.CreateRunAsync(new RunSubmission { Suite = Questions.Suite(1, served.Name("suite")), Agent = served.Agent.Spec() });

        var outcome = await RunAsync($"trial {run.RunId} order-status");

        Assert.Contains($"such as order-status~1. `agenteval trial {run.RunId} --server {Server}` lists", outcome.Error, StringComparison.Ordinal);
    }

    private string Server => served.Host.Http.BaseAddress!.ToString().TrimEnd('/');

    private Task<ToolOutcome> RunAsync(string command) =>
        ToolProcess.RunCommandLineAsync(served.Workspace, [.. command.Split(' '), "--server", Server]);
}
