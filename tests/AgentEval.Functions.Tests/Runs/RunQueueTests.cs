using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class RunQueueTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private RunQueue Queue => _bench.Get<RunQueue>();

    public async Task InitializeAsync() => _bench = await account.OpenAsync(
        _time, new() { ["AgentEval:MaxActiveRuns"] = "2", ["AgentEval:MaxQueuedRuns"] = "3" });

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Advance_MoreRunsThanPlaces_StartsTheFirstInTheOrderTheyCame()
    {
        var ids = await EnterAsync(4);

        await AdvanceAsync();

        Assert.Equal(ids.Take(2), _bench.Client.ScheduledIds);
        await AssertAsync(2, ids.Take(2));
        Assert.Equal(1, await Queue.FindPositionAsync(ids[3], default));
        Assert.Null(await Queue.FindPositionAsync(ids[0], default));
    }

    [Fact]
    public async Task Advance_ARunHasEnded_StartsTheNext()
    {
        var ids = await EnterAsync(3);
        await AdvanceAsync();

        await AdvanceAsync();
        Assert.Equal(2, _bench.Client.Scheduled.Count);
        await SetAsync(ids[0], RunStatus.Completed);
        await AdvanceAsync();

        Assert.Equal(ids, _bench.Client.ScheduledIds);
        await AssertAsync(0, [ids[1], ids[2]]);
    }

    [Fact]
    public async Task Advance_StartAtLiesAhead_WaitsForIt()
    {
        var later = (await _bench.AddRunAsync()).RunId;
        await Queue.EnterAsync(later, _time.GetUtcNow().AddHours(1), default);
        var now = (await EnterAsync(1))[0];

        await AdvanceAsync();
        Assert.Equal([now], _bench.Client.ScheduledIds);
        _time.Advance(TimeSpan.FromHours(1));
        await AdvanceAsync();

        Assert.Equal([now, later], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Advance_DiedBetweenTheClaimAndTheStart_StartsItNextTimeInOnePlace()
    {
        var ids = await EnterAsync(3);
        _bench.Client.OnSchedule = _ => throw new IOException("the process dies");
        await Assert.ThrowsAsync<IOException>(AdvanceAsync);
        _bench.Client.OnSchedule = _ => { };

        await AdvanceAsync();
        await AdvanceAsync();

        Assert.Equal(ids.Take(2), _bench.Client.ScheduledIds);
        await AdvanceAsync();
        await AssertAsync(1, ids.Take(2));
        await SetAsync(ids[0], RunStatus.Completed);
        await AdvanceAsync();
        await AssertAsync(0, ids.Skip(1));
    }

    [Fact]
    public async Task Advance_RunStandsInTheQueueTwice_GetsOnePlace()
    {
        var ids = await EnterAsync(1);
        await Queue.EnterAsync(ids[0], _time.GetUtcNow().AddMilliseconds(-1), default);

        await AdvanceAsync();

        await AdvanceAsync();
        await AssertAsync(0, ids);
        Assert.Equal(ids, _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Advance_FromManyProcessesAtOnce_NeverFillsMoreThanThePlaces()
    {
        var ids = await EnterAsync(4);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(AdvanceAsync)));
        await AdvanceAsync();

        Assert.Equal(ids.Take(2), _bench.Client.ScheduledIds.Distinct().Order(StringComparer.Ordinal).OrderBy(ids.IndexOf));
        await AssertAsync(2, ids.Take(2));
    }

    [Fact]
    public async Task Advance_CancelledWhileWaiting_IsPassedOver()
    {
        var ids = await EnterAsync(3);
        var cancelled = await _bench.Get<RunOperator>().CancelAsync(ids[0], _bench.Client, default);
        Assert.Null(cancelled.Conflict);

        await AdvanceAsync();

        Assert.Equal(RunStatus.Cancelled, (await _bench.RowAsync(ids[0])).Status);
        Assert.Equal(ids.Skip(1), _bench.Client.ScheduledIds);
        Assert.Equal(0, (await Queue.ReadAsync(default)).Waiting);
    }

    [Fact]
    public async Task Advance_PausedWhileWaiting_KeepsItsTurn()
    {
        var ids = await EnterAsync(3);
        var operate = _bench.Get<RunOperator>();
        await operate.PauseAsync(ids[0], _bench.Client, default);

        await AdvanceAsync();
        Assert.Equal(ids.Skip(1), _bench.Client.ScheduledIds);
        await SetAsync(ids[1], RunStatus.Completed);
        var resumed = await operate.ResumeAsync(ids[0], _bench.Client, default);

        Assert.Equal(RunStatus.Queued, resumed.Row!.Status);
        Assert.Equal([ids[1], ids[2], ids[0]], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Advance_RowOfASubmissionThatWasCutOff_IsKeptForAWhile()
    {
        await Queue.EnterAsync("7f3kq20b9z-h4x8m2ct", _time.GetUtcNow(), default);

        await AdvanceAsync();
        Assert.Equal(1, (await Queue.ReadAsync(default)).Waiting);
        _time.Advance(TimeSpan.FromMinutes(11));
        await AdvanceAsync();

        Assert.Equal(0, (await Queue.ReadAsync(default)).Waiting);
        Assert.Empty(_bench.Client.Scheduled);
    }

    [Fact]
    public async Task Advance_RowOfAStartThatWasCutOff_IsKeptForAWhile()
    {
        var created = (await _bench.AddRunAsync(RunStatus.Created)).RunId;
        await Queue.EnterAsync(created, _time.GetUtcNow(), default);

        await AdvanceAsync();
        await AssertAsync(1, []);
        _time.Advance(TimeSpan.FromMinutes(11));
        await AdvanceAsync();

        await AssertAsync(0, []);
        Assert.Empty(_bench.Client.Scheduled);
    }

    [Fact]
    public async Task Advance_OthersAreAlwaysFaster_IsLeftToThem()
    {
        var meddler = new Meddler();
        await using var bench = await account.OpenAsync(meddler, new() { ["AgentEval:MaxActiveRuns"] = "1" });
        var rows = bench.Get<QueueStore>();
        meddler.Meddle = async () => Assert.True(await rows.TryWriteActiveAsync(await rows.ReadActiveAsync(default), [], default));

        var accepted = (await bench.SubmitAsync(Samples.Request())).Accepted!;

        Assert.Empty(bench.Client.Scheduled);
        Assert.Equal(RunStatus.Queued, (await bench.RowAsync(accepted.RunId)).Status);
        Assert.False(await bench.Get<RunQueue>().AdvanceAsync(bench.Client, default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => bench.Create<AdvanceQueue>().RunAsync(new RunInput(accepted.RunId), bench.Client, default));
        meddler.Meddle = () => Task.CompletedTask;
        await bench.Create<AdvanceQueue>().RunAsync(new RunInput(accepted.RunId), bench.Client, default);
        Assert.Equal([accepted.RunId], bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Advance_InstanceExistsAlready_IsNoTrouble()
    {
        var ids = await EnterAsync(1);
        _bench.Client.Set(ids[0], Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);

        await AdvanceAsync();

        Assert.Empty(_bench.Client.Scheduled);
        Assert.Equal(0, (await Queue.ReadAsync(default)).Waiting);
    }

    [Fact]
    public async Task IsFull_AsManyWaitAsMay_ButForFreePlaces()
    {
        Assert.False(await Queue.IsFullAsync(default));
        await EnterAsync(2);
        await AdvanceAsync();
        Assert.False(await Queue.IsFullAsync(default));
        await EnterAsync(2);
        Assert.False(await Queue.IsFullAsync(default));
        await EnterAsync(1);
        Assert.True(await Queue.IsFullAsync(default));
    }

    [Fact]
    public async Task Submit_QueueFull_Is429AndNothingIsWritten()
    {
        await EnterAsync(2);
        await AdvanceAsync();
        await EnterAsync(3);

        var outcome = await _bench.SubmitAsync(Samples.Request());

        Assert.Equal(429, outcome.Refusal!.Status);
        Assert.Equal(5, (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 100, null, default)).Items.Count);
    }

    [Fact]
    public async Task Submit_SameKeyWhenTheQueueIsFull_IsStillTheSameRun()
    {
        var origin = new Functions.Submissions.SubmissionOrigin("http", "key", Start: true);
        var first = await _bench.SubmitAsync(Samples.Request(), origin);
        await EnterAsync(1);
        await AdvanceAsync();
        await EnterAsync(3);

        var again = await _bench.SubmitAsync(Samples.Request(), origin);

        Assert.Equal(first.Accepted!.RunId, again.Accepted?.RunId);
    }

    [Fact]
    public async Task Start_QueueFull_Is429UntilThereIsRoom_AndARunThatIsOnlyCreatedNeedsNone()
    {
        var first = await EnterAsync(2);
        await AdvanceAsync();
        await EnterAsync(3);
        var created = (await _bench.SubmitAsync(Samples.Request(), new Functions.Submissions.SubmissionOrigin("http", null, Start: false))).Accepted!.RunId;
        var start = _bench.Create<Functions.Triggers.StartRun>();

        var refused = await start.RunAsync(FakeHttpRequest.Get("start"), _bench.Client, created);

        Assert.Equal(System.Net.HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal(RunStatus.Created, (await _bench.RowAsync(created)).Status);
        Assert.Equal(3, (await Queue.ReadAsync(default)).Waiting);

        await SetAsync(first[0], RunStatus.Completed);
        await AdvanceAsync();
        await Queue.EnterAsync(created, _time.GetUtcNow(), default);
        Assert.True(await Queue.IsFullAsync(default));
        Assert.Equal(System.Net.HttpStatusCode.Accepted, (await start.RunAsync(FakeHttpRequest.Get("start"), _bench.Client, created)).StatusCode);
        Assert.Equal(RunStatus.Queued, (await _bench.RowAsync(created)).Status);
    }

    private async Task AdvanceAsync() => Assert.True(await Queue.AdvanceAsync(_bench.Client, default));

    private async Task<List<string>> EnterAsync(int count)
    {
        var ids = new List<string>();
        for (var index = 0; index < count; index++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            var row = await _bench.AddRunAsync();
            await Queue.EnterAsync(row.RunId, _time.GetUtcNow(), default);
            ids.Add(row.RunId);
        }

        return ids;
    }

    private Task<RunRow?> SetAsync(string runId, RunStatus status) => _bench.Runs.UpdateAsync(runId, row => row with { Status = status, StartedAt = _time.GetUtcNow() }, default);

    private async Task AssertAsync(int waiting, IEnumerable<string> active)
    {
        var queue = await Queue.ReadAsync(default);
        Assert.Equal(waiting, queue.Waiting);
        Assert.Equal(active, queue.Active);
    }

    /// <summary>Somebody who is there whenever the queue looks at the clock: between its reading and its writing.</summary>
    private sealed class Meddler : TimeProvider
    {
        public Func<Task> Meddle { get; set; } = () => Task.CompletedTask;

        public override DateTimeOffset GetUtcNow()
        {
            Meddle().GetAwaiter().GetResult();
            return base.GetUtcNow();
        }
    }
}
