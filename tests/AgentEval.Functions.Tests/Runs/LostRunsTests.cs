using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class LostRunsTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time, new() { ["AgentEval:MaxActiveRuns"] = "1" });

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData(null, "was removed while it worked")]
    [InlineData(OrchestrationRuntimeStatus.Failed, "failed: System.IO.IOException: the disk is gone")]
    [InlineData(OrchestrationRuntimeStatus.Terminated, "was terminated")]
    [InlineData(OrchestrationRuntimeStatus.Completed, "ended without a result")]
    public async Task Tick_OrchestrationDied_FailsTheRunAndGivesItsPlaceToTheNext(OrchestrationRuntimeStatus? ended, string message)
    {
        var (lost, next) = (await StartAsync(), (await SubmitAsync()).RunId);
        Assert.Equal([lost], _bench.Client.ScheduledIds);
        End(lost, ended);

        await TickAsync();

        var row = await _bench.RowAsync(lost);
        Assert.Equal((RunStatus.Failed, RunControl.Cancel, _time.GetUtcNow()), (row.Status, row.Control, row.FinishedAt));
        Assert.Contains(message, row.Message, StringComparison.Ordinal);
        Assert.Equal([lost, next], _bench.Client.ScheduledIds);
        Assert.Equal([next], (await _bench.Get<RunQueue>().ReadAsync(default)).Active);
    }

    [Fact]
    public async Task Tick_OrchestrationDiedOfAPausedRun_FailsIt()
    {
        var lost = await StartAsync();
        await _bench.Get<RunOperator>().PauseAsync(lost, _bench.Client, default);
        End(lost, OrchestrationRuntimeStatus.Terminated);

        await TickAsync();

        Assert.Equal(RunStatus.Failed, (await _bench.RowAsync(lost)).Status);
    }

    [Fact]
    public async Task Tick_OrchestrationDiedBeforeThePlan_FailsTheRun()
    {
        var lost = (await SubmitAsync()).RunId;
        _bench.Client.Set(lost, OrchestrationRuntimeStatus.Failed);

        await TickAsync();

        Assert.Equal(RunStatus.Failed, (await _bench.RowAsync(lost)).Status);
    }

    [Fact]
    public async Task Tick_ShardsOfADeadRunStillWork_StopsThem()
    {
        var lost = await StartAsync();
        _bench.Client.Set($"{lost}.s00000", OrchestrationRuntimeStatus.Completed);
        _bench.Client.Set($"{lost}.s00001", OrchestrationRuntimeStatus.Running);
        End(lost, null);

        await TickAsync();

        Assert.Equal([($"{lost}.s00001", ControlEvents.Name, (object?)"stop:cancelled")], _bench.Client.Raised);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    public async Task Tick_OrchestrationLives_LeavesTheRunAlone(OrchestrationRuntimeStatus status)
    {
        var id = await StartAsync();
        _bench.Client.Set(id, status);

        await TickAsync();

        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(id)).Status);
    }

    [Fact]
    public async Task Tick_RunEndsBetweenTheLooks_KeepsItsResult()
    {
        var id = await StartAsync();
        _bench.Client.Set(id, OrchestrationRuntimeStatus.Completed);
        _bench.Client.OnGet = runId => _bench.Runs.UpdateAsync(
            runId, row => row with { Status = RunStatus.Completed, Verdict = Verdict.Passed, FinishedAt = _time.GetUtcNow() }, default);

        await TickAsync();

        var row = await _bench.RowAsync(id);
        Assert.Equal((RunStatus.Completed, Verdict.Passed, null), (row.Status, row.Verdict, row.Message));
    }

    [Fact]
    public async Task Tick_RunIsStartedAndPlannedBetweenTheLooks_LeavesItAlone()
    {
        _bench.Client.OnSchedule = _ => throw new IOException("the process dies");
        await Assert.ThrowsAsync<IOException>(SubmitAsync);
        _bench.Client.OnSchedule = _ => { };
        _bench.Client.OnGet = async runId =>
        {
            _bench.Client.OnGet = _ => Task.CompletedTask;
            await _bench.Get<RunScheduler>().ScheduleAsync(runId, _bench.Client, default);
            await _bench.Create<PlanRun>().RunAsync(new RunInput(runId), default);
        };

        await TickAsync();

        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(Assert.Single(_bench.Client.ScheduledIds))).Status);
    }

    [Fact]
    public async Task Tick_RunIsDeletedBetweenTheLooks_IsNoTrouble()
    {
        var id = await StartAsync();
        End(id, null);
        _bench.Client.OnGet = runId => _bench.Get<RunRemover>().RemoveAsync(runId, default);

        await TickAsync();

        Assert.Null(await _bench.Runs.FindAsync(id, default));
    }

    [Fact]
    public async Task Tick_PlaceWasGivenButNothingStarted_StartsTheRun()
    {
        _bench.Client.OnSchedule = _ => throw new IOException("the process dies");
        await Assert.ThrowsAsync<IOException>(SubmitAsync);
        _bench.Client.OnSchedule = _ => { };

        await TickAsync();

        var id = Assert.Single(_bench.Client.ScheduledIds);
        Assert.Equal(RunStatus.Queued, (await _bench.RowAsync(id)).Status);
    }

    [Fact]
    public async Task Tick_InstancesCannotBeRead_StillStartsWhatWaitsAndSaysSo()
    {
        var done = await StartAsync();
        var next = (await SubmitAsync()).RunId;
        _bench.Client.OnGet = async runId =>
        {
            await _bench.Runs.UpdateAsync(runId, row => row with { Status = RunStatus.Completed }, default);
            throw new IOException("the task hub is away");
        };

        await Assert.ThrowsAsync<IOException>(TickAsync);

        Assert.Equal([done, next], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Tick_AShardIsBusyBeingToldWhenItEnds_EndsTheRunAllTheSame()
    {
        var lost = await StartAsync();
        _bench.Client.Set($"{lost}.s00000", OrchestrationRuntimeStatus.Running);
        _bench.Client.Set($"{lost}.s00001", OrchestrationRuntimeStatus.Running);
        _bench.Client.OnRaise = id => _bench.Client.Set($"{lost}.s00000", OrchestrationRuntimeStatus.Completed);
        End(lost, null);

        await TickAsync();

        Assert.Equal(RunStatus.Failed, (await _bench.RowAsync(lost)).Status);
        Assert.Equal([$"{lost}.s00001"], _bench.Client.Raised.Select(raised => raised.InstanceId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task Tick_RunWaitsInVainForAShard_FailsItAndStopsTheOthers(OrchestrationRuntimeStatus? shard)
    {
        var (lost, next) = (await StartAsync(0, 1), (await SubmitAsync()).RunId);
        _bench.Client.Set($"{lost}.s00001", OrchestrationRuntimeStatus.Running);
        if (shard is { } ended)
        {
            _bench.Client.Set($"{lost}.s00000", ended);
        }

        await TickEveryMinuteAsync(5);
        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(lost)).Status);
        await TickEveryMinuteAsync(1);

        var row = await _bench.RowAsync(lost);
        Assert.Equal((RunStatus.Failed, RunControl.Cancel), (row.Status, row.Control));
        Assert.Contains($"waited for '{lost}.s00000'", row.Message, StringComparison.Ordinal);
        Assert.Equal([($"{lost}.s00001", ControlEvents.Name, (object?)"stop:cancelled")], _bench.Client.Raised);
        Assert.Empty(_bench.Client.Purged);
        Assert.Empty(_bench.Client.Terminated);
        Assert.Equal([lost, next], _bench.Client.ScheduledIds);
        await TickAsync();
        Assert.Empty(await MissingAsync());
    }

    [Fact]
    public async Task Tick_OneLookAtARunThatWaitsInVainFails_RemembersWhatWasSeen()
    {
        var lost = await StartAsync(0);
        await TickEveryMinuteAsync(2);
        _bench.Client.OnGet = id => id == lost ? throw new IOException("the task hub is away") : Task.CompletedTask;
        await Assert.ThrowsAsync<IOException>(TickAsync);
        Assert.Single(await MissingAsync());

        _time.Advance(TimeSpan.FromMinutes(1));
        _bench.Client.OnGet = _ => Task.CompletedTask;
        await TickEveryMinuteAsync(2);
        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(lost)).Status);
        await TickEveryMinuteAsync(1);

        Assert.Equal(RunStatus.Failed, (await _bench.RowAsync(lost)).Status);
    }

    [Fact]
    public async Task Tick_ShardEndedAndItsRunHearsOfItAtLast_LeavesTheRunAlone()
    {
        var id = await StartAsync(0);
        _bench.Client.Set($"{id}.s00000", OrchestrationRuntimeStatus.Completed);

        await TickEveryMinuteAsync(4);
        _bench.Client.Set(id, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, [1]));
        await TickEveryMinuteAsync(4);
        Assert.Equal([$"{id}.s00001"], (await MissingAsync()).Select(missing => missing.InstanceId));
        _bench.Client.Set($"{id}.s00001", OrchestrationRuntimeStatus.Running);
        await TickEveryMinuteAsync(4);

        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(id)).Status);
        Assert.Empty(await MissingAsync());
    }

    [Fact]
    public async Task Tick_AppWasAwayWhenAShardEnded_GivesItsRunTimeToHearOfIt()
    {
        var id = await StartAsync(0);
        _bench.Client.Set($"{id}.s00000", OrchestrationRuntimeStatus.Completed, at: _time.GetUtcNow());

        await TickEveryMinuteAsync(2);
        _time.Advance(TimeSpan.FromHours(8));
        await TickEveryMinuteAsync(5);

        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(id)).Status);
    }

    [Fact]
    public async Task Tick_SuspendedByHand_LeavesTheRunAlone()
    {
        var id = await StartAsync(0);
        _bench.Client.Set(id, OrchestrationRuntimeStatus.Suspended, new RunNote("running", TrialCounts.None, [0]));

        await TickEveryMinuteAsync(10);

        Assert.Equal(RunStatus.Running, (await _bench.RowAsync(id)).Status);
    }

    private async Task TickEveryMinuteAsync(int times)
    {
        for (var tick = 0; tick < times; tick++)
        {
            await TickAsync();
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<IReadOnlyList<MissingShard>> MissingAsync()
    {
        var missing = new List<MissingShard>();
        await foreach (var shard in _bench.Get<MissingShardStore>().ReadAsync(default))
        {
            missing.Add(shard);
        }

        return missing;
    }

    private Task TickAsync() => _bench.Create<PeriodicEvaluations>().RunAsync(new(), _bench.Client, default);

    private async Task<RunAccepted> SubmitAsync() => (await _bench.SubmitAsync(Samples.Request())).Accepted!;

    private async Task<string> StartAsync(params int[] shards)
    {
        var id = (await SubmitAsync()).RunId;
        await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default);
        _bench.Client.Set(id, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, shards));
        return id;
    }

    private void End(string runId, OrchestrationRuntimeStatus? ended)
    {
        if (ended is not { } status)
        {
            _bench.Client.Remove(runId);
            return;
        }

        _bench.Client.Set(runId, status, output: status == OrchestrationRuntimeStatus.Failed ? "System.IO.IOException: the disk is gone" : null);
    }
}
