using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Runtime;

/// <summary>The app with a key, its orchestrators replayed from the start at every turn.</summary>
public sealed class StrictRuntimeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private const string Key = "open-sesame";

    private readonly Workspace _workspace = new();
    private AppProcess _app = null!;

    public async Task InitializeAsync() => _app = await AppProcess.StartAsync(_workspace, azurite.Server, new Dictionary<string, string>
    {
        ["LocalRuntime__ReplayEveryTurn"] = "true",
        ["AgentEval__ApiKey"] = Key,
    });

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _workspace.Remove();
    }

    [Fact]
    public async Task Run_ReplayedEveryTurn_IsDeterministic()
    {
        await using var agent = await ScriptedAgent.StartAsync();
        using var client = AgentEvalClient.Create(_app.Url, Key);
        const int trials = 120;
        RunSubmission submission = new()
        {
            Suite = Questions.Suite(trials),
            Agent = agent.Spec(),
            Settings = new()
            {
                ["execution"] = new JsonObject { ["maxParallel"] = 8 },
                ["replay"] = new JsonObject { ["fraction"] = 0.1 },
            },
        };

        var run = await client.CreateAndRunAsync(submission).WaitAsync(Patience.Limit);

        Assert.True(run.Result is { Verdict: Verdict.Passed }, run.Document.ToJsonString());
        Assert.Equal((trials, 1.0), (run.Result!.Metrics.Scenario.Passed, run.Result.Metrics.Reproducibility!.Score));
        Assert.Equal(trials + run.Result.Metrics.Reproducibility.TrialsReplayed, agent.Calls.Count);
    }

    [Fact]
    public async Task Cancel_TrialsWaitForTheirDelay_EndsTheRunAtOnce()
    {
        await using var agent = await ScriptedAgent.StartAsync();
        using var client = AgentEvalClient.Create(_app.Url, Key);
        RunSubmission submission = new()
        {
            Suite = Questions.Suite(4),
            Agent = agent.Spec(),
            Settings = new() { ["execution"] = new JsonObject { ["maxParallel"] = 2, ["delaySeconds"] = 3_600 } },
        };
        var runId = (await client.CreateRunAsync(submission)).RunId;
        await Patience.UntilAsync("both lanes wait", async () => (await client.GetRunAsync(runId)).Progress.Completed == 2);

        await client.CancelRunAsync(runId);
        var run = await client.FollowRunAsync(runId).WaitAsync(Patience.Limit);

        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal((2, 2), (run.Result!.Metrics.Scenario.Passed, run.Result.Metrics.Scenario.Cancelled));
        Assert.Equal(2, agent.Calls.Count);
    }

    [Fact]
    public async Task Run_SampleSuiteReplayedEveryTurn_Passes()
    {
        using var agent = await SampleAgentProcess.StartAsync(_workspace);
        using var client = AgentEvalClient.Create(_app.Url, Key);
        JsonObject spec = new() { ["agent"] = "sample", ["type"] = "openai-chat", ["url"] = new Uri(agent.Url, "/v1/chat/completions").ToString(), ["model"] = "safe" };

        var run = await client.CreateAndRunAsync(new RunSubmission { Suite = Cli.DocumentFile.Read(Built.SampleSuite), Agent = spec }).WaitAsync(Patience.Limit);

        Assert.True(run.Result is { Verdict: Verdict.Passed }, run.Document.ToJsonString());
    }

    [Fact]
    public async Task Key_MissingOrWrong_IsUnauthorizedWithoutABodyExceptWhereAnonymous()
    {
        foreach (var route in (string[])["/api/runs", "/api/runs?code=wrong", "/api/status", "/api/suites"])
        {
            var answer = await Answer.GetAsync(_app.Http, route);
            Assert.Equal((HttpStatusCode.Unauthorized, ""), (answer.Status, answer.Body));
        }

        Assert.Equal(HttpStatusCode.OK, (await Answer.GetAsync(_app.Http, $"/api/runs?code={Key}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Answer.GetAsync(_app.Http, "/api/health")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Answer.GetAsync(_app.Http, "/api/openapi.json")).Status);
    }
}
