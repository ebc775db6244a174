using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Crashes;

/// <summary>The app dies at the worst of moments and is started again.</summary>
public sealed class KillTests : IAsyncLifetime
{
    private static readonly TimeSpan AgentDelay = TimeSpan.FromMilliseconds(100);

    private readonly Workspace _workspace = new();
    private ScriptedAgent _agent = null!;

    public async Task InitializeAsync() => _agent = await ScriptedAgent.StartAsync();

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        _workspace.Remove();
    }

    [Fact]
    public async Task Host_AppKilledAmidARun_GoesOnWhenStartedAgainOnItsData()
    {
        const int trials = 60;
        const int parallel = 4;
        string runId;
        await using (var host = await HostProcess.StartAsync(_workspace))
        {
            runId = (await host.Client.CreateRunAsync(Submission(trials, parallel))).RunId;
            await Patience.UntilAsync("a third of the trials have an answer", () => _agent.Answered >= trials / 3);

            var outcome = await host.KillAppAsync();

            Assert.Equal(3, outcome.ExitCode);
            Assert.Contains("The local host died", outcome.Error, StringComparison.Ordinal);
        }

        await using var again = await HostProcess.StartAsync(_workspace);
        await Audit.EachOnceAsync(again.Client, runId, trials);
        AssertCalledAgainAtMost(parallel, trials);
    }

    [Fact]
    public async Task App_KilledTenTimesInARun_LosesNothingAndCountsNothingTwice()
    {
        const int trials = 220;
        const int parallel = 8;
        const int kills = 10;
        await using var storage = await AzuriteServer.StartAsync();
        var app = await AppProcess.StartAsync(_workspace, storage);
        try
        {
            var runId = (await app.Client.CreateRunAsync(Submission(trials, parallel))).RunId;
            for (var kill = 1; kill <= kills; kill++)
            {
                var enough = kill * (trials - 20) / kills;
                await Patience.UntilAsync($"{enough} trials were begun", () => _agent.Calls.Distinct().Count() >= enough);
                await app.KillAsync();
                await app.DisposeAsync();
                app = await AppProcess.StartAsync(_workspace, storage);
            }

            await Audit.EachOnceAsync(app.Client, runId, trials);
            AssertCalledAgainAtMost(kills * parallel, trials);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task App_KilledAtEveryStage_FinishesEveryRun()
    {
        const int trials = 12;
        await using var storage = await AzuriteServer.StartAsync();
        var settings = new Dictionary<string, string> { ["AgentEval__MaxActiveRuns"] = "1" };
        var app = await AppProcess.StartAsync(_workspace, storage, settings);
        try
        {
            var first = (await app.Client.CreateRunAsync(Submission(trials, 4))).RunId;
            var queued = (await app.Client.CreateRunAsync(Submission(trials, 4))).RunId;
            await RestartAsync(); // The first is being planned, or about to be; the second waits.

            await Patience.UntilAsync("all trials of the first run have an answer", () => _agent.Answered >= trials);
            await RestartAsync(); // It is being validated.

            await Patience.UntilAsync("all its trials are recorded", async () => (await app.Client.GetRunAsync(first)).Progress.Completed == trials);
            await RestartAsync(); // It is being summarised, or just was.

            await Audit.EachOnceAsync(app.Client, first, trials);
            await RestartAsync(); // The second has the place of the first, or is about to get it.

            await Audit.EachOnceAsync(app.Client, queued, trials);
        }
        finally
        {
            await app.DisposeAsync();
        }

        async Task RestartAsync()
        {
            await app.KillAsync();
            await app.DisposeAsync();
            app = await AppProcess.StartAsync(_workspace, storage, settings);
        }
    }

    [Fact]
    public async Task Submit_AppKilledBeforeItAnswered_IsOneRunWhenSentAgain()
    {
        const int trials = 5;
        await using var storage = await AzuriteServer.StartAsync();
        SubmitOptions options = new(IdempotencyKey: "the-same");
        await using (var app = await AppProcess.StartAsync(_workspace, storage))
        {
            var sent = app.Client.CreateRunAsync(Submission(trials, 2), options);
            await app.KillAsync();
            await Record.ExceptionAsync(() => sent);
        }

        await using var again = await AppProcess.StartAsync(_workspace, storage);
        var accepted = await again.Client.CreateRunAsync(Submission(trials, 2), options);

        Assert.Equal(accepted.RunId, (await again.Client.CreateRunAsync(Submission(trials, 2), options)).RunId);
        await Audit.EachOnceAsync(again.Client, accepted.RunId, trials);
        Assert.Equal(accepted.RunId, Assert.Single((await again.Client.ListRunsAsync()).Items).RunId);
    }

    private RunSubmission Submission(int trials, int parallel) => new()
    {
        Suite = Questions.Suite(trials),
        Agent = _agent.Spec(AgentDelay),
        Settings = new() { ["execution"] = new System.Text.Json.Nodes.JsonObject { ["maxParallel"] = parallel } },
    };

    /// <summary>Every question was asked, and again only where an answer was under way when the app died.</summary>
    private void AssertCalledAgainAtMost(int again, int trials)
    {
        var calls = _agent.Calls.CountBy(message => message).ToList();
        Assert.Equal(trials, calls.Count);
        Assert.InRange(calls.Sum(call => call.Value) - trials, 0, again);
    }
}
