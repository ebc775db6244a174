using System.Text.Json.Nodes;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;

namespace AgentEval.Client.Tests;

public sealed class FollowingTests : IAsyncLifetime
{
    private readonly InstantTime _time = new();
    private FakeService _service = null!;
    private AgentEvalClient _client = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        var options = new AgentEvalClientOptions
        {
            FirstPoll = TimeSpan.FromSeconds(1),
            LongestPoll = TimeSpan.FromSeconds(2),
            Patience = TimeSpan.FromSeconds(20),
        };
        _client = AgentEvalClient.Create(_service.Url, key: null, options, _time);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    [Fact]
    public async Task CreateAndRun_UntilFinished_ReportsEveryProgressAndGivesTheResult()
    {
        _service.On("POST /api/runs", FakeAnswer.Json(SampleRuns.Accepted, 202));
        _service.On("GET /api/runs/run-1", Running(0), Running(1), Running(3), Finished());
        var progress = new Collected();

        var run = await _client.CreateAndRunAsync(new RunSubmission { Suite = "s", Agent = "a" }, progress);

        Assert.Equal([0, 1, 3, 4], progress.Completed);
        Assert.True(run.Result!.Passed);
        Assert.Equal([1.0, 1.5, 2.0], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task FollowBatch_UntilEveryRunIsSubmitted_OutlivesARestart()
    {
        BatchView Batch(int pending) => new("b", SampleRuns.Start, 3, 3 - pending, 0, pending, 0, []);
        _service.On("POST /api/batches", FakeAnswer.Json(Batch(3), 202));
        _service.On("GET /api/batches/b", FakeAnswer.Json(Batch(2)), new FakeAnswer(503), FakeAnswer.Json(Batch(0)));

        var taken = await _client.SubmitBatchAsync(new JsonObject { ["runs"] = new JsonArray() }, new BatchOptions("k", "cli"));
        var done = await _client.FollowBatchAsync(taken.BatchId);

        Assert.Equal((3, 0), (taken.Pending, done.Pending));
        Assert.Equal(("k", "cli"), (_service.Single("POST").Headers["Idempotency-Key"], _service.Single("POST").Headers["X-AgentEval-Initiator"]));
    }

    [Fact]
    public async Task FollowRun_RunExpectsToBeDoneSoon_LooksThen()
    {
        _service.On("GET /api/runs/run-1", Running(1, etaSeconds: 60), Running(2, etaSeconds: 1.2), Running(3, etaSeconds: 0.1), Running(3, etaSeconds: 5), Finished());

        await _client.FollowRunAsync("run-1");

        Assert.Equal([1.0, 1.2, 1.0, 2.0], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task FollowRun_RunIsOverdue_IsLookedAtLessAndLessOften()
    {
        _service.On(
            "GET /api/runs/run-1", Running(1, etaSeconds: 60), Running(2, etaSeconds: 60), Running(4, etaSeconds: 0), Running(4, etaSeconds: 0), Running(4, etaSeconds: 0), Finished());

        await _client.FollowRunAsync("run-1");

        Assert.Equal([1.0, 1.5, 1.0, 1.5, 2.0], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task FollowRun_ServiceAsksForMoreThanThePatience_WaitsAsLongAsThatAndLooksOnceMore()
    {
        var away = new FakeAnswer(503) { RetryAfter = TimeSpan.FromHours(1) };
        _service.On("GET /api/runs/run-1", Running(1), away, Running(1), away);

        await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.FollowRunAsync("run-1"));

        Assert.Equal([1.0, 19.0, 1.5, 18.5], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task FollowRun_ServiceRestarts_GoesOn()
    {
        _service.On("GET /api/runs/run-1", Running(1), new FakeAnswer(503) { RetryAfter = TimeSpan.FromSeconds(5) }, new FakeAnswer(502), Finished());

        var run = await _client.FollowRunAsync("run-1");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal([1.0, 5.0, 1.5], _time.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task FollowRun_ServiceStaysAway_GivesUpAfterItsPatience()
    {
        _service.On("GET /api/runs/run-1", new FakeAnswer(503));

        await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.FollowRunAsync("run-1"));

        Assert.InRange(_time.GetUtcNow() - DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(23));
    }

    [Fact]
    public async Task FollowRun_UnknownRun_FailsAtOnce()
    {
        await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.FollowRunAsync("nobody"));

        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task FollowRun_Cancelled_StopsFollowing()
    {
        using var source = new CancellationTokenSource();
        _service.On("GET /api/runs/run-1", Running(0));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.FollowRunAsync("run-1", new Callback(_ => source.Cancel()), source.Token));
    }

    [Fact]
    public async Task GetRun_BrokenBeforeItsSummary_IsFinishedWithoutResult()
    {
        var document = System.Text.Json.JsonSerializer.SerializeToNode(
            SampleRuns.Running() with { Status = RunStatus.Failed, Message = "The plan is lost." }, Core.Json.AgentEvalJson.Options)!.AsObject();
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(document));

        var run = await _client.FollowRunAsync("run-1");

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Null(run.Result);
        Assert.Equal("The plan is lost.", run.Message);
    }

    private static FakeAnswer Running(int completed, double? etaSeconds = null)
    {
        var run = SampleRuns.Running(completed);
        return FakeAnswer.Json(run with { Progress = run.Progress with { EtaSeconds = etaSeconds } });
    }

    private static FakeAnswer Finished() => FakeAnswer.Json(ClientTests.AsFinishedDocument(SampleRuns.Finished()));

    private sealed class Collected : IProgress<RunProgress>
    {
        public List<int> Completed { get; } = [];

        public void Report(RunProgress value) => Completed.Add(value.Completed);
    }

    private sealed class Callback(Action<RunProgress> action) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => action(value);
    }
}
