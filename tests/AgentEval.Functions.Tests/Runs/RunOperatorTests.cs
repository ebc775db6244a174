using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class RunOperatorTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private RunOperator Operate => _bench.Get<RunOperator>();

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData("start", RunStatus.Created, RunStatus.Queued, RunControl.None)]
    [InlineData("start", RunStatus.Queued, RunStatus.Queued, RunControl.None)]
    [InlineData("start", RunStatus.Running, RunStatus.Running, RunControl.None)]
    [InlineData("start", RunStatus.Paused, null, RunControl.None)]
    [InlineData("start", RunStatus.Completed, null, RunControl.None)]
    [InlineData("start", RunStatus.Cancelled, null, RunControl.None)]
    [InlineData("pause", RunStatus.Created, null, RunControl.None)]
    [InlineData("pause", RunStatus.Queued, RunStatus.Paused, RunControl.Pause)]
    [InlineData("pause", RunStatus.Running, RunStatus.Paused, RunControl.Pause)]
    [InlineData("pause", RunStatus.Paused, RunStatus.Paused, RunControl.None)]
    [InlineData("pause", RunStatus.Failed, null, RunControl.None)]
    [InlineData("resume", RunStatus.Created, null, RunControl.None)]
    [InlineData("resume", RunStatus.Queued, RunStatus.Queued, RunControl.None)]
    [InlineData("resume", RunStatus.Running, RunStatus.Running, RunControl.None)]
    [InlineData("resume", RunStatus.Paused, RunStatus.Queued, RunControl.None)]
    [InlineData("resume", RunStatus.Completed, null, RunControl.None)]
    [InlineData("cancel", RunStatus.Created, RunStatus.Cancelled, RunControl.Cancel)]
    [InlineData("cancel", RunStatus.Queued, RunStatus.Cancelled, RunControl.Cancel)]
    [InlineData("cancel", RunStatus.Running, RunStatus.Cancelled, RunControl.Cancel)]
    [InlineData("cancel", RunStatus.Completed, null, RunControl.None)]
    [InlineData("cancel", RunStatus.Cancelled, null, RunControl.None)]
    public async Task Operation_OnARunWithoutAnInstance_ChangesTheRowOrIsAConflict(string operation, RunStatus from, RunStatus? to, RunControl control)
    {
        var row = await _bench.AddRunAsync(from);

        var result = await ApplyAsync(operation, row.RunId);

        Assert.Equal(to is null, result.Conflict is not null);
        var stored = await _bench.RowAsync(row.RunId);
        Assert.Equal((to ?? from, control), (stored.Status, stored.Control));
        Assert.Equal(stored.Status, result.Row!.Status);
        if (to is null)
        {
            Assert.Contains(RunRow.Name(from), result.Conflict, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("start")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task Operation_UnknownRun_HasNoRow(string operation)
    {
        Assert.Equal(new OperationResult(null, null), await ApplyAsync(operation, "7f3kq20b9z-h4x8m2ct"));
        Assert.Equal(new OperationResult(null, null), await ApplyAsync(operation, "x' or true"));
    }

    [Fact]
    public async Task Start_CreatedRun_IsScheduled()
    {
        var row = await _bench.AddRunAsync(RunStatus.Created);

        await ApplyAsync("start", row.RunId);
        await ApplyAsync("start", row.RunId);

        Assert.Equal([row.RunId], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Cancel_RunAtWork_AsksForItAndStopsItsShards()
    {
        var row = await _bench.AddRunAsync(RunStatus.Running, change: row => row with { StartedAt = _time.GetUtcNow() });
        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, [3, 12]));
        _bench.Client.Set($"{row.RunId}.s00003", OrchestrationRuntimeStatus.Pending);
        _bench.Client.Set($"{row.RunId}.s00012", OrchestrationRuntimeStatus.Running);

        var result = await ApplyAsync("cancel", row.RunId);

        Assert.Null(result.Conflict);
        var stored = await _bench.RowAsync(row.RunId);
        Assert.Equal((RunStatus.Running, RunControl.Cancel), (stored.Status, stored.Control));
        Assert.Equal(
            [($"{row.RunId}.s00003", ControlEvents.Name, (object?)"stop:cancelled"), ($"{row.RunId}.s00012", ControlEvents.Name, "stop:cancelled")], _bench.Client.Raised);
    }

    [Fact]
    public async Task Cancel_RunStartsWhileItIsCancelled_IsAskedToEnd()
    {
        var row = await _bench.AddRunAsync(RunStatus.Queued);
        _bench.Client.OnGet = async id =>
        {
            _bench.Client.OnGet = _ => Task.CompletedTask;
            _bench.Client.Set(id, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, [0]));
            _bench.Client.Set($"{id}.s00000", OrchestrationRuntimeStatus.Running);
            await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default);
        };

        await ApplyAsync("cancel", row.RunId);

        var stored = await _bench.RowAsync(row.RunId);
        Assert.Equal((RunStatus.Running, RunControl.Cancel), (stored.Status, stored.Control));
        Assert.Equal($"{row.RunId}.s00000", Assert.Single(_bench.Client.Raised).InstanceId);
    }

    [Fact]
    public async Task Start_DiedBeforeTheRowWasWritten_LeavesACreatedRunThatStartsWhenAskedAgain()
    {
        var row = await _bench.AddRunAsync(RunStatus.Created);
        await _bench.Get<RunQueue>().EnterAsync(row.RunId, _time.GetUtcNow(), default);

        await _bench.Get<RunQueue>().AdvanceAsync(_bench.Client, default);
        Assert.Empty(_bench.Client.Scheduled);
        Assert.Equal(1, (await _bench.Get<RunQueue>().ReadAsync(default)).Waiting);
        await ApplyAsync("start", row.RunId);
        await _bench.Get<RunQueue>().AdvanceAsync(_bench.Client, default);

        Assert.Equal([row.RunId], _bench.Client.ScheduledIds);
        Assert.Equal(0, (await _bench.Get<RunQueue>().ReadAsync(default)).Waiting);
    }

    [Fact]
    public async Task Start_RowIsWritten_HasItsPlaceAlready()
    {
        var row = await _bench.AddRunAsync(RunStatus.Created);
        _bench.Client.OnSchedule = _ => throw new IOException("the process dies");

        await Assert.ThrowsAsync<IOException>(() => ApplyAsync("start", row.RunId));
        _bench.Client.OnSchedule = _ => { };
        await _bench.Get<RunQueue>().AdvanceAsync(_bench.Client, default);

        Assert.Equal([row.RunId], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Start_QueuedRunThatWaitsForItsTime_GoesOnWaiting()
    {
        var row = await _bench.AddRunAsync(RunStatus.Queued);
        await _bench.Get<RunQueue>().EnterAsync(row.RunId, _time.GetUtcNow().AddHours(1), default);

        Assert.Null((await ApplyAsync("start", row.RunId)).Conflict);

        Assert.Empty(_bench.Client.Scheduled);
        Assert.Equal(1, (await _bench.Get<RunQueue>().ReadAsync(default)).Waiting);
    }

    [Fact]
    public async Task Resume_RunAtWork_WakesItsShards()
    {
        var row = await _bench.AddRunAsync(RunStatus.Paused, change: row => row with { StartedAt = _time.GetUtcNow(), Control = RunControl.Pause });
        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, [0]));
        _bench.Client.Set($"{row.RunId}.s00000", OrchestrationRuntimeStatus.Running);

        var result = await ApplyAsync("resume", row.RunId);

        Assert.Equal((RunStatus.Running, RunControl.None), (result.Row!.Status, result.Row.Control));
        Assert.Single(_bench.Client.Raised);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("resume")]
    public async Task Operation_ShardsNotYetThereOrEndedUnheard_TellsTheOthers(string operation)
    {
        var row = await AtWorkAsync(0, 1, 2);
        _bench.Client.Set($"{row.RunId}.s00000", OrchestrationRuntimeStatus.Completed);
        _bench.Client.Set($"{row.RunId}.s00002", OrchestrationRuntimeStatus.Running);

        Assert.Null((await ApplyAsync(operation, row.RunId)).Conflict);

        Assert.Equal([$"{row.RunId}.s00002"], _bench.Client.Raised.Select(raised => raised.InstanceId));
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("resume")]
    public async Task Operation_AShardCannotBeTold_TellsTheOthersAndSaysSo(string operation)
    {
        var row = await AtWorkAsync(0, 1);
        _bench.Client.Set($"{row.RunId}.s00000", OrchestrationRuntimeStatus.Running);
        _bench.Client.Set($"{row.RunId}.s00001", OrchestrationRuntimeStatus.Running);
        _bench.Client.OnRaise = id =>
        {
            if (id.EndsWith("s00000", StringComparison.Ordinal))
            {
                throw new IOException("the task hub is away");
            }
        };

        await Assert.ThrowsAsync<IOException>(() => ApplyAsync(operation, row.RunId));

        Assert.Equal([$"{row.RunId}.s00001"], _bench.Client.Raised.Select(raised => raised.InstanceId));
    }

    [Fact]
    public async Task Cancel_WhilePaused_WinsOverThePause()
    {
        var row = await _bench.AddRunAsync(RunStatus.Paused, change: row => row with { StartedAt = _time.GetUtcNow(), Control = RunControl.Pause });
        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Running);

        Assert.Null((await ApplyAsync("cancel", row.RunId)).Conflict);

        Assert.Equal(RunControl.Cancel, (await _bench.RowAsync(row.RunId)).Control);
    }

    [Fact]
    public async Task Plan_RunPausedBeforeItWasPlanned_StaysPausedAndKnowsItsTrials()
    {
        var row = await _bench.AddRunAsync(RunStatus.Paused, change: row => row with { Control = RunControl.Pause });

        await _bench.Create<PlanRun>().RunAsync(new RunInput(row.RunId), default);

        var planned = await _bench.RowAsync(row.RunId);
        Assert.Equal((RunStatus.Paused, 1, _time.GetUtcNow()), (planned.Status, planned.TotalTrials, planned.StartedAt));
        Assert.Equal(RunStatus.Running, (await ApplyAsync("resume", row.RunId)).Row!.Status);
    }

    [Fact]
    public async Task Stop_RunWithoutAnInstance_MayBeRemovedAtOnce()
    {
        var row = await _bench.AddRunAsync(RunStatus.Queued);
        var stop = _bench.Create<StopRun>();

        Assert.True((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);

        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Running);
        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Failed);
        Assert.True((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
        _bench.Client.Set($"{row.RunId}.s00001", OrchestrationRuntimeStatus.Running);
        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
    }

    [Fact]
    public async Task Stop_RunThatEndedButWaitsForALostShard_EndsItsOrchestration()
    {
        var row = await AtWorkAsync(0, 1);
        var stop = _bench.Create<StopRun>();
        _bench.Client.Set($"{row.RunId}.s00001", OrchestrationRuntimeStatus.Running);

        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
        await Operate.FailAsync(row.RunId, "lost", default);
        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
        Assert.Empty(_bench.Client.Terminated);
        _bench.Client.Set($"{row.RunId}.s00001", OrchestrationRuntimeStatus.Completed);
        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: false, IsOverdue: false), _bench.Client, default)).IsEnded);
        Assert.Empty(_bench.Client.Terminated);
        Assert.False((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);

        Assert.Equal([row.RunId], _bench.Client.Terminated);
        Assert.True((await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: false), _bench.Client, default)).IsEnded);
    }

    [Fact]
    public async Task Stop_RunHasHadItsTime_EndsWhatHasNotEnded()
    {
        var row = await AtWorkAsync(0, 1);
        var stop = _bench.Create<StopRun>();
        _bench.Client.Set($"{row.RunId}.s00000", OrchestrationRuntimeStatus.Completed);
        _bench.Client.Set($"{row.RunId}.s00001", OrchestrationRuntimeStatus.Suspended);

        Assert.Equal(new StopRunOutput(false, HasTerminated: false), await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: false, IsOverdue: true), _bench.Client, default));
        Assert.Empty(_bench.Client.Terminated);
        Assert.Equal(new StopRunOutput(false, HasTerminated: true), await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: true), _bench.Client, default));
        Assert.Equal(new StopRunOutput(true, HasTerminated: false), await stop.RunAsync(new StopRunInput(row.RunId, MayTerminate: true, IsOverdue: true), _bench.Client, default));

        Assert.Equal([$"{row.RunId}.s00001", row.RunId], _bench.Client.Terminated);
    }

    [Fact]
    public async Task Purge_AShardThatIsStillAtWork_ComesAgain()
    {
        _bench.Client.Set("run", OrchestrationRuntimeStatus.Failed);
        _bench.Client.Set("run.s00000", OrchestrationRuntimeStatus.Running);
        var purge = new PurgeInstances();

        await Assert.ThrowsAsync<InvalidOperationException>(() => purge.RunAsync(new RunInput("run"), _bench.Client, default));
        _bench.Client.Set("run.s00000", OrchestrationRuntimeStatus.Completed);
        await purge.RunAsync(new RunInput("run"), _bench.Client, default);

        Assert.Equal(["run.s00000", "run"], _bench.Client.Purged);
    }

    [Fact]
    public async Task Purge_RunThatWasNeverStarted_AsksForNothing()
    {
        await new PurgeInstances().RunAsync(new RunInput("run"), _bench.Client, default);

        Assert.Empty(_bench.Client.Purged);
    }

    [Fact]
    public async Task Purge_ShardsAndRun_ByTheirIds()
    {
        foreach (var id in new[] { "run", "run.s00000", "run.s00001", "run2", "run2.s00000" })
        {
            _bench.Client.Set(id, OrchestrationRuntimeStatus.Completed);
        }

        await new PurgeInstances().RunAsync(new RunInput("run"), _bench.Client, default);

        Assert.Equal(["run.s00000", "run.s00001", "run"], _bench.Client.Purged);
    }

    private async Task<RunRow> AtWorkAsync(params int[] shards)
    {
        var row = await _bench.AddRunAsync(RunStatus.Paused, change: row => row with { StartedAt = _time.GetUtcNow(), Control = RunControl.Pause });
        _bench.Client.Set(row.RunId, OrchestrationRuntimeStatus.Running, new RunNote("running", TrialCounts.None, shards));
        return row;
    }

    private Task<OperationResult> ApplyAsync(string operation, string runId) => operation switch
    {
        "start" => Operate.StartAsync(runId, _bench.Client, default),
        "pause" => Operate.PauseAsync(runId, _bench.Client, default),
        "resume" => Operate.ResumeAsync(runId, _bench.Client, default),
        _ => Operate.CancelAsync(runId, _bench.Client, default),
    };
}
