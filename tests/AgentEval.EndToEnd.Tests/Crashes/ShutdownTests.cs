using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Crashes;

/// <summary>The host is told to stop, gently or not.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private readonly Workspace _workspace = new();
    private ScriptedAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await ScriptedAgent.StartAsync();

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        _workspace.Remove();
    }

    [LinuxFact]
    public async Task Host_TerminatedAmidARun_LetsTrialsEndAndGoesOnWhenStartedAgain()
    {
        const int trials = 40;
        string runId;
        await using (var host = await HostProcess.StartAsync(_workspace))
        {
            runId = (await host.Client.CreateRunAsync(Submission(trials, TimeSpan.FromMilliseconds(300)))).RunId;
            await Patience.UntilAsync("a quarter of the trials have an answer", () => _agent.Answered >= trials / 4);

            host.Process.Terminate();
            var outcome = await host.Process.WaitAsync();

            Assert.Equal(0, outcome.ExitCode);
            Assert.Empty(_workspace.Processes());
            Assert.InRange(_agent.Answered, trials / 4, trials - 1);
        }

        await using var again = await HostProcess.StartAsync(_workspace, new Dictionary<string, string> { ["LocalRuntime__ReplayEveryTurn"] = "true" });
        await Audit.EachOnceAsync(again.Client, runId, trials);
        Assert.Equal(trials, _agent.Calls.Count); // Trials that were running had the time to end: no agent was asked twice.
    }

    [LinuxFact]
    public async Task Run_CommandKilled_LeavesNoProcess()
    {
        var suite = _workspace.Write("suite.json", Questions.Suite(500).ToJsonString());
        var agent = _workspace.Write("agent.json", _agent.Spec(TimeSpan.FromMilliseconds(200)).ToJsonString());
        using var run = ToolProcess.StartCommandLine(_workspace, "run", suite, "--agent", agent, "--data", _workspace.In("data"));
        await Patience.UntilAsync("the run is under way", () => _agent.Answered > 0 || (run.HasExited ? throw new InvalidOperationException(run.Error) : false));
        Assert.NotEmpty(_workspace.Processes());

        await run.KillAsync();

        await Patience.UntilAsync("every process it had started is gone", () => _workspace.Processes().Count == 0);
    }

    [LinuxFact]
    public async Task Demo_CommandKilled_LeavesNoProcess()
    {
        using var demo = ToolProcess.StartCommandLine(_workspace, "demo", "--out", "reports");
        await Patience.UntilAsync(
            "the sample agent runs",
            () => demo.Error.Contains("the sample agent (safe) at", StringComparison.Ordinal) || (demo.HasExited ? throw new InvalidOperationException(demo.Error) : false));

        await demo.KillAsync();

        await Patience.UntilAsync("every process it had started is gone", () => _workspace.Processes().Count == 0);
    }

    private RunSubmission Submission(int trials, TimeSpan delay) => new()
    {
        Suite = Questions.Suite(trials),
        Agent = _agent.Spec(delay),
        Settings = new() { ["execution"] = new JsonObject { ["maxParallel"] = 4 } },
    };
}
