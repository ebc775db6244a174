using System.Text.Json;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class RunOrchestratorTests
{
    private const string Shard = nameof(ShardOrchestrator);

    [Fact]
    public async Task Run_OneShard_PlansRunsSummarisesAndAdvancesTheQueue()
    {
        var stage = Stage(new PlanOutline(3, [3], [1], 4, 0.5, "error"));
        var running = stage.Start(RunOrchestrator.RunAsync);

        var shard = Assert.Single(stage.Open);
        Assert.Equal("run.s00000", shard.InstanceId);
        Assert.Equal(new ShardInput("run", 0, 3, 4, 0.5, "error"), shard.Input<ShardInput>());
        stage.Complete(shard, Ended());
        await running;

        Assert.Equal([nameof(PlanRun), Shard, nameof(SummarizeRun), nameof(AdvanceQueue)], stage.Calls.Select(call => call.Name));
        Assert.Equal(new SummarizeRunInput("run", null), stage.Calls[2].Input<SummarizeRunInput>());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(7, 2)]
    [InlineData(100, 2)]
    public async Task Run_ManyShards_RunsAtMostTwoAndTheirWindowsStayWithinMaxParallel(int maxParallel, int most)
    {
        var stage = Stage(new PlanOutline(300, [.. Enumerable.Repeat(50, 6)], [6], maxParallel, 0, null));
        var running = stage.Start(RunOrchestrator.RunAsync);

        var atOnce = 0;
        while (stage.OpenOf(Shard) is { Count: > 0 } open)
        {
            atOnce = Math.Max(atOnce, open.Count);
            Assert.InRange(open.Sum(call => call.Input<ShardInput>().Window), 1, maxParallel);
            Assert.All(open, call => Assert.InRange(call.Input<ShardInput>().Window, 1, maxParallel));
            stage.Complete(open[^1], Ended());
        }

        await running;
        Assert.Equal(most, atOnce);
        Assert.Equal(Enumerable.Range(0, 6), stage.Calls.Where(call => call.Name == Shard).Select(call => call.Input<ShardInput>().Shard).Order());
    }

    [Fact]
    public void Run_ShardsAfterTheFirst_KnowThatTheirLanesHaveHadTrials()
    {
        var stage = Stage(new PlanOutline(250, [50, 50, 50, 50, 50], [3, 2], 4, 10, null));
        stage.Start(RunOrchestrator.RunAsync);

        while (stage.OpenOf(Shard) is [.., var last])
        {
            stage.Complete(last, Ended());
        }

        var shards = stage.Calls.Where(call => call.Name == Shard).Select(call => call.Input<ShardInput>()).OrderBy(shard => shard.Shard);
        Assert.Equal([false, false, true, true, true], shards.Select(shard => shard.FollowsOthers));
    }

    [Fact]
    public async Task Run_Waves_StartOnlyWhenTheOneBeforeHasEnded()
    {
        var stage = Stage(new PlanOutline(9, [2, 2, 2, 3], [1, 2, 1], 4, 0, null));
        var running = stage.Start(RunOrchestrator.RunAsync);

        Assert.Equal([0], OpenShards(stage));
        stage.Complete(stage.Open[0], Ended());
        Assert.Equal([1, 2], OpenShards(stage));
        stage.Complete(stage.Open[1], Ended());
        Assert.Equal([1], OpenShards(stage));
        stage.Complete(stage.Open[0], Ended());
        Assert.Equal([3], OpenShards(stage));
        Assert.Equal(3, stage.Open[0].Input<ShardInput>().Trials);
        stage.Complete(stage.Open[0], Ended());

        await running;
    }

    [Fact]
    public async Task Run_ShardAsksToStop_TellsItsSiblingAndRecordsTheRest()
    {
        var stage = Stage(new PlanOutline(10, [2, 2, 2, 2, 2], [4, 1], 4, 0, "failed"));
        var running = stage.Start(RunOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Ended(stop: StopReasons.FailFast));

        Assert.Equal([("run.s00001", ControlEvents.Name, (object)"stop:failFast")], stage.SentEvents);
        Assert.Equal([1], OpenShards(stage));
        stage.Complete(stage.Open[0], Ended(stop: StopReasons.FailFast));
        await running;

        var recorded = stage.Calls.Where(call => call.Name == nameof(ValidateTrials)).Select(call => call.Input<ValidateTrialsInput>()).ToList();
        Assert.Equal([2, 3, 4], recorded.Select(each => each.Shard));
        Assert.All(recorded, each => Assert.Equal(StopReasons.FailFast, each.Stop));
        Assert.Equal(2, stage.Calls.Count(call => call.Name == Shard));
        Assert.Equal(StopReasons.FailFast, Assert.Single(stage.Calls, call => call.Name == nameof(SummarizeRun)).Input<SummarizeRunInput>().Stop);
        Assert.Equal(10, LastNote(stage).Counts.Completed);
    }

    [Fact]
    public async Task Run_NothingToRun_IsSummarised()
    {
        var stage = Stage(new PlanOutline(0, [], [], 4, 0, null));

        await stage.Start(RunOrchestrator.RunAsync);

        Assert.Equal([nameof(PlanRun), nameof(SummarizeRun), nameof(AdvanceQueue)], stage.Calls.Select(call => call.Name));
        Assert.Equal("nothing to run", LastNote(stage).Stage);
    }

    [Fact]
    public async Task Run_PlanCannotBeMade_FailsTheRunAndAdvancesTheQueue()
    {
        var stage = new OrchestrationStage(new RunInput("run"))
        {
            Answer = call => call.Name == nameof(PlanRun) ? new PermanentFailureException("the suite is of another age") : new object(),
        };

        await Assert.ThrowsAsync<TaskFailedException>(() => stage.Start(RunOrchestrator.RunAsync));

        Assert.Equal([nameof(PlanRun), nameof(FailRun), nameof(AdvanceQueue)], stage.Calls.Select(call => call.Name));
        Assert.Equal(new FailRunInput("run", "PlanRun failed: the suite is of another age"), stage.Calls[1].Input<FailRunInput>());
    }

    [Fact]
    public async Task Run_ShardBreaks_FailsTheRunAndStopsTheOthers()
    {
        var stage = Stage(new PlanOutline(4, [2, 2], [2], 4, 0, null));
        var running = stage.Start(RunOrchestrator.RunAsync);

        stage.Fail(stage.Open[0], "storage is gone");

        await Assert.ThrowsAsync<TaskFailedException>(() => running);
        Assert.Contains(stage.Calls, call => call.Name == nameof(FailRun));
        Assert.Contains(stage.Calls, call => call.Name == nameof(AdvanceQueue));
        Assert.Equal([("run.s00001", ControlEvents.Name, (object)"stop:cancelled")], stage.SentEvents);
    }

    [Fact]
    public async Task Run_TwentyThousandTrials_KeepsEveryPayloadSmall()
    {
        var plan = new PlanOutline(20_000, [.. Enumerable.Repeat(50, 400)], [100, 200, 100], 64, 0.25, "failed");
        var stage = new OrchestrationStage(new RunInput("run"))
        {
            Answer = call => call.Name switch { nameof(PlanRun) => plan, Shard => Ended(50), _ => new object() },
        };

        await stage.Start(RunOrchestrator.RunAsync);

        Assert.Equal(20_000, LastNote(stage).Counts.Completed);
        Assert.InRange(stage.LargestPayload, 1, 16 * 1024);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(plan).Length, 1, 16 * 1024);
    }

    [Fact]
    public async Task Run_EveryCall_IsRetriedButShardsAreNot()
    {
        var stage = Stage(new PlanOutline(1, [1], [1], 1, 0, null));
        var running = stage.Start(RunOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Ended());
        await running;

        Assert.All(stage.Calls, call => Assert.Equal(call.Name != Shard, call.Options?.Retry is not null));
    }

    private static OrchestrationStage Stage(PlanOutline plan) => new(new RunInput("run"))
    {
        Answer = call => call.Name switch
        {
            nameof(PlanRun) => plan,
            nameof(ValidateTrials) => Ended(2),
            Shard => null,
            _ => new object(),
        },
    };

    private static ShardOutcome Ended(int trials = 2, string? stop = null) => new(new TrialCounts(trials, trials, 0, 0, 0, 0, trials * 0.123456789), stop);

    private static List<int> OpenShards(OrchestrationStage stage) => [.. stage.OpenOf(Shard).Select(call => call.Input<ShardInput>().Shard)];

    private static RunNote LastNote(OrchestrationStage stage) => JsonSerializer.Deserialize<RunNote>(stage.CustomStatuses[^1])!;
}
