using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Functions.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>Starting, cancelling, pausing, resuming and removing runs.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class ControlTests(ServedHost served) : IAsyncLifetime
{
    private ScriptedAgent _agent = null!;

    private AgentEvalClient Client => served.Host.Client;

    private HttpClient Http => served.Host.Http;

    public async Task InitializeAsync() => _agent = await ScriptedAgent.StartAsync();

    public async Task DisposeAsync() => await _agent.DisposeAsync();

    [Fact]
    public async Task Created_Started_RunsOnlyThen()
    {
        var runId = (await Client.CreateRunAsync(Submission(2, TimeSpan.Zero, 2), new SubmitOptions(Start: false))).RunId;
        Assert.Equal(RunStatus.Created, (await Client.GetRunAsync(runId)).Status);
        await AssertConflictAsync(runId, "pause");
        await AssertConflictAsync(runId, "resume");
        (await Answer.GetAsync(Http, $"/api/runs/{runId}/report")).AssertProblem(HttpStatusCode.Conflict);
        Assert.Empty(_agent.Calls);

        await Client.StartRunAsync(runId);

        await Audit.EachOnceAsync(Client, runId, 2);
        foreach (var order in (string[])["start", "cancel", "pause", "resume"])
        {
            await AssertConflictAsync(runId, order);
        }
    }

    [Fact]
    public async Task Cancel_AmidARun_EndsRunningCallsAndKeepsWhatWasDone()
    {
        const int trials = 20;
        var suite = Questions.Suite(trials);
        var runId = (await Client.CreateRunAsync(new RunSubmission { Suite = suite, Agent = _agent.Spec(TimeSpan.FromMinutes(5)), Settings = Parallel(4) })).RunId;
        await Patience.UntilAsync("four calls are under way", () => _agent.Running == 4);

        await Client.CancelRunAsync(runId);

        var run = await Client.FollowRunAsync(runId).WaitAsync(Patience.Limit);
        Assert.Equal((RunStatus.Cancelled, null, false), (run.Status, run.Result!.Verdict, run.Result.Passed));
        await Patience.UntilAsync("the calls were given up", () => _agent is { Abandoned: 4, Running: 0 });
        Assert.Equal(4, _agent.Calls.Count);
        var rows = await Audit.RowsAsync(Client, runId);
        Assert.Equal(trials, rows.Count);
        Assert.All(rows, row => Assert.Equal(TrialStatus.Cancelled, row.Status));
        Assert.Equal(trials, run.Result.Metrics.Scenario.Cancelled);
        await AssertConflictAsync(runId, "cancel");
    }

    [Fact]
    public async Task Pause_AmidARun_StartsNothingUntilTheResume()
    {
        const int trials = 24;
        var runId = (await Client.CreateRunAsync(Submission(trials, TimeSpan.FromMilliseconds(200), 2))).RunId;
        await Patience.UntilAsync("a few trials have an answer", () => _agent.Answered >= 4);

        await Client.PauseRunAsync(runId);
        await Client.PauseRunAsync(runId);
        await Patience.UntilAsync("no trial works", async () => (await Client.GetStatusAsync()).Workers.Single().RunningTrials == 0 && _agent.Running == 0);
        var asked = _agent.Calls.Count;
        Assert.Equal(RunStatus.Paused, (await Client.GetRunAsync(runId)).Status);
        Assert.InRange(asked, 4, trials - 1);

        await Client.ResumeRunAsync(runId);

        await Audit.EachOnceAsync(Client, runId, trials);
        Assert.Equal(trials, _agent.Calls.Count);
    }

    [Fact]
    public async Task Pause_ResumedAtOnceAgainAndAgain_NeverStalls()
    {
        const int trials = 40;
        var runId = (await Client.CreateRunAsync(Submission(trials, TimeSpan.FromMilliseconds(100), 4))).RunId;
        for (var answered = 4; answered <= 28; answered += 6)
        {
            await Patience.UntilAsync("it went on", () => _agent.Answered >= answered, TimeSpan.FromMinutes(1));
            await Client.PauseRunAsync(runId);
            await Client.ResumeRunAsync(runId);
        }

        await Audit.EachOnceAsync(Client, runId, trials);
    }

    [Fact]
    public async Task Resume_WhileATrialStillWorks_StartsOthersBesideItAtOnce()
    {
        const int trials = 40; // More than a pause takes to arrive.
        var release = _agent.HoldCall(3);
        var runId = (await Client.CreateRunAsync(Submission(trials, TimeSpan.FromMilliseconds(100), 2))).RunId;
        await Patience.UntilAsync("a few trials have an answer", () => _agent.Answered >= 4);
        await Client.PauseRunAsync(runId);
        await Patience.UntilAsync("only the one that is held works", async () => (await Client.GetRunAsync(runId)).Progress.Current.Count == 1);
        var asked = _agent.Calls.Count;

        await Client.ResumeRunAsync(runId);

        await Patience.UntilAsync("others are started", () => _agent.Calls.Count > asked, TimeSpan.FromMinutes(1));
        release();
        await Audit.EachOnceAsync(Client, runId, trials);
    }

    [Fact]
    public async Task Paused_Cancelled_Ends()
    {
        var runId = (await Client.CreateRunAsync(Submission(10, TimeSpan.FromMilliseconds(200), 2))).RunId;
        await Patience.UntilAsync("it has begun", () => _agent.Answered > 0);
        await Client.PauseRunAsync(runId);

        await Client.CancelRunAsync(runId);

        Assert.Equal(RunStatus.Cancelled, (await Client.FollowRunAsync(runId).WaitAsync(Patience.Limit)).Status);
    }

    [Fact]
    public async Task Queued_BehindOthers_WaitsItsTurnAndCanBePausedAndCancelled()
    {
        List<string> working = [];
        for (var number = 0; number < 3; number++)
        {
            working.Add((await Client.CreateRunAsync(Submission(1, TimeSpan.FromMinutes(5), 1))).RunId);
        }

        await Patience.UntilAsync("three runs work", () => _agent.Running == 3);
        var waiting = (await Client.CreateRunAsync(Submission(1, TimeSpan.Zero, 1))).RunId;
        var unwanted = (await Client.CreateRunAsync(Submission(1, TimeSpan.Zero, 1))).RunId;
        Assert.Equal((RunStatus.Queued, 0), Place(await Client.GetRunAsync(waiting)));
        Assert.Equal((RunStatus.Queued, 1), Place(await Client.GetRunAsync(unwanted)));
        var status = await Client.GetStatusAsync();
        Assert.Equal(2, status.QueueLength);
        Assert.Equal(working.Order(), status.ActiveRuns.Order());

        await Client.CancelRunAsync(unwanted);
        Assert.Equal(RunStatus.Cancelled, (await Client.GetRunAsync(unwanted)).Status);
        Assert.Equal(1, (await Client.GetStatusAsync()).QueueLength);
        await Client.PauseRunAsync(waiting);
        foreach (var run in working)
        {
            await Client.CancelRunAsync(run);
        }

        foreach (var run in working)
        {
            await Client.FollowRunAsync(run).WaitAsync(Patience.Limit);
        }

        Assert.Equal(RunStatus.Paused, (await Client.GetRunAsync(waiting)).Status);
        await Client.ResumeRunAsync(waiting);
        Assert.Equal(RunStatus.Completed, (await Client.FollowRunAsync(waiting).WaitAsync(TimeSpan.FromSeconds(50))).Status);
    }

    [Fact]
    public async Task Delete_FinishedAndRunning_LeavesNothingButThatTheIdIsTaken()
    {
        var finished = (await Client.CreateAndRunAsync(Submission(5, TimeSpan.Zero, 5))).RunId;
        var running = (await Client.CreateRunAsync(Submission(5, TimeSpan.FromMinutes(5), 5))).RunId;
        await Patience.UntilAsync("it works", () => _agent.Running == 5);
        Assert.NotEmpty(await TracksAsync(finished));

        await Client.DeleteRunAsync(finished);
        await Client.DeleteRunAsync(running);

        foreach (var runId in (string[])[finished, running])
        {
            await Patience.UntilAsync("nothing else is left of the run", async () => (await TracksAsync(runId)).SequenceEqual([TakenId(runId)]));
            Assert.Equal(HttpStatusCode.NotFound, (await Answer.GetAsync(Http, $"/api/runs/{runId}")).Status);
            Assert.DoesNotContain((await Client.ListRunsAsync()).Items, run => run.RunId == runId);
        }
    }

    [Fact]
    public async Task Purge_AllButTheLast_RemovesTheOthers()
    {
        var old = (await Client.CreateAndRunAsync(Submission(1, TimeSpan.Zero, 1))).RunId;
        var last = (await Client.CreateAndRunAsync(Submission(1, TimeSpan.Zero, 1))).RunId;

        Assert.Equal(0, (int)(await PurgeAsync(new JsonObject { ["olderThanDays"] = 1 })).Json["runs"]!);
        Assert.NotEqual(0, (int)(await PurgeAsync(new JsonObject { ["keepLast"] = 1 })).Json["runs"]!);

        await Patience.UntilAsync("the other runs are gone", async () => (await Client.ListRunsAsync()).Items.Count == 1);
        Assert.Equal(last, Assert.Single((await Client.ListRunsAsync()).Items).RunId);
        Assert.Equal([TakenId(old)], await TracksAsync(old));
        foreach (var bad in (JsonObject[])[[], new() { ["keepLast"] = -1 }, new() { ["keepLast"] = 1, ["olderThanDays"] = 1 }, new() { ["olderThanDays"] = "x" }, new() { ["olderThanDays"] = 1.5 }])
        {
            (await PurgeAsync(bad)).AssertProblem(HttpStatusCode.BadRequest);
        }
    }

    private Task<Answer> PurgeAsync(JsonObject rule) => Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/purge", rule);

    private async Task AssertConflictAsync(string runId, string order) =>
        (await Answer.SendAsync(Http, HttpMethod.Post, $"/api/runs/{runId}/{order}")).AssertProblem(HttpStatusCode.Conflict);

    private static (RunStatus, int?) Place(RunSnapshot run) => (run.Status, run.View!.QueuePosition);

    /// <summary>The row by which the id of a removed run is not used again for a week.</summary>
    private static string TakenId(string runId) => $"{StorageNames.IdempotencyTable}/removed/{runId}";

    /// <summary>Every row and blob that names the run.</summary>
    private async Task<IReadOnlyList<string>> TracksAsync(string runId)
    {
        List<string> tracks = [];
        BlobServiceClient blobs = new(served.Host.ConnectionString);
        foreach (var container in StorageNames.Containers)
        {
            await foreach (var blob in blobs.GetBlobContainerClient(container).GetBlobsAsync())
            {
                tracks.Add($"{container}/{blob.Name}");
            }
        }

        TableServiceClient tables = new(served.Host.ConnectionString);
        foreach (var table in StorageNames.Tables)
        {
            await foreach (var row in tables.GetTableClient(table).QueryAsync<TableEntity>())
            {
                tracks.Add($"{table}/{row.PartitionKey}/{row.RowKey}");
            }
        }

        return [.. tracks.Where(track => track.Contains(runId, StringComparison.Ordinal))];
    }

    private RunSubmission Submission(int trials, TimeSpan delay, int parallel) =>
        new() { Suite = Questions.Suite(trials), Agent = _agent.Spec(delay), Settings = Parallel(parallel) };

    private static JsonObject Parallel(int parallel) => new()
    {
        ["execution"] = new JsonObject { ["maxParallel"] = parallel, ["timeoutSeconds"] = 400, ["turnTimeoutSeconds"] = 400, ["retries"] = 0 },
    };
}
