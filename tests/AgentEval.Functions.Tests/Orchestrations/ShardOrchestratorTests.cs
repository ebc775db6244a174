using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class ShardOrchestratorTests
{
    private const string Execute = nameof(ExecuteTrial);

    [Fact]
    public async Task Run_WindowOfThree_KeepsThreeAtWorkUntilNoneWaits()
    {
        var stage = new OrchestrationStage(Shard(trials: 5, window: 3));
        var running = stage.Start(ShardOrchestrator.RunAsync);

        Assert.Equal([0, 1, 2], OpenIndexes(stage));
        stage.Complete(stage.OpenOf(Execute)[1], Passed());
        Assert.Equal([0, 2, 3], OpenIndexes(stage));
        stage.Complete(stage.OpenOf(Execute)[0], Passed());
        stage.Complete(stage.OpenOf(Execute)[0], Passed());
        Assert.Equal([3, 4], OpenIndexes(stage));
        stage.Complete(stage.OpenOf(Execute)[0], Passed());
        stage.Complete(stage.OpenOf(Execute)[0], Passed());

        var validation = Assert.Single(stage.Open);
        Assert.Equal(new ValidateTrialsInput("run", 7, null, []).Stop, validation.Input<ValidateTrialsInput>().Stop);
        var outcome = new ShardOutcome(new TrialCounts(5, 5, 0, 0, 0, 0, 5), null);
        stage.Complete(validation, outcome);
        Assert.Equal(outcome, await running);
    }

    [Fact]
    public void Run_TrialCannotBeBroughtToAnEnd_IsReportedAndTheOthersGoOn()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Passed());
        stage.Fail(stage.Open[0], "the disk is gone");
        stage.Complete(stage.Open[0], Passed());

        var broken = Assert.Single(Assert.Single(stage.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Broken);
        Assert.Equal(new BrokenTrial(1, "the disk is gone", Replay: false), broken);
        Assert.Equal(new TrialCounts(3, 2, 0, 1, 0, 0, 2), LastNote(stage).Counts);
    }

    [Theory]
    [InlineData(null, "failed", false)]
    [InlineData(null, "error", false)]
    [InlineData("error", "failed", false)]
    [InlineData("error", "error", true)]
    [InlineData("failed", "failed", true)]
    [InlineData("failed", "error", true)]
    [InlineData("failed", "passed", false)]
    [InlineData("failed", "timeout", false)]
    public void Run_FailFast_StartsNothingAfterSuchATrial(string? failFast, string status, bool stops)
    {
        var stage = new OrchestrationStage(Shard(trials: 4, window: 2, failFast: failFast));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], new TrialReceipt(TrialReceipt.Ended, status, 1, Replay: false));

        Assert.Equal(stops ? [1] : new[] { 1, 2 }, OpenIndexes(stage));
        if (stops)
        {
            stage.Complete(stage.Open[0], Passed());
            Assert.Equal(StopReasons.FailFast, stage.Open[0].Input<ValidateTrialsInput>().Stop);
        }
    }

    [Fact]
    public void Run_StoppedByEvent_LetsRunningTrialsEndAndStartsNoMore()
    {
        var stage = new OrchestrationStage(Shard(trials: 9, window: 2));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Raise(ControlEvents.Name, ControlEvents.StopPrefix + StopReasons.GateUnreachable);
        stage.Complete(stage.Open[0], Passed());
        stage.Complete(stage.Open[0], Passed());

        Assert.Equal(2, stage.Calls.Count(call => call.Name == Execute));
        Assert.Equal(StopReasons.GateUnreachable, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_TrialFindsTheRunCancelled_Stops()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], new TrialReceipt(TrialReceipt.RunCancelled, null, 0, Replay: false));

        Assert.Equal(StopReasons.Cancelled, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_TrialEndsCancelled_StopsWithTheSameReason()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], new TrialReceipt(TrialReceipt.Ended, "cancelled", 1, Replay: false));

        Assert.Equal(StopReasons.Cancelled, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_Paused_WaitsForTheWakeAndRunsTheTrialThen()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Paused());
        Assert.Empty(stage.Open);
        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        Assert.Equal([1], OpenIndexes(stage));
        Assert.Equal(0, stage.OpenTimers);
        stage.Complete(stage.Open[0], Passed());
        Assert.Equal([0], OpenIndexes(stage));
        stage.Complete(stage.Open[0], Passed());

        Assert.Single(stage.OpenOf(nameof(ValidateTrials)));
        Assert.Equal(2, LastNote(stage).Counts.Completed);
    }

    [Fact]
    public void Run_PausedAndTheWakeIsLost_LooksAgainAfterTenMinutesWithOneTrial()
    {
        var stage = new OrchestrationStage(Shard(trials: 9, window: 3));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());
        PauseAll(stage);
        stage.Advance(TimeSpan.FromMinutes(9));
        Assert.Null(stage.ContinuedAs);

        var again = StartOver(stage);

        Assert.Equal([4], OpenIndexes(again));
        Assert.Equal(1, LastNote(again).Counts.Completed);
        again.Complete(again.Open[0], Passed());
        Assert.Equal([5, 6, 7], OpenIndexes(again));
        while (again.OpenOf(Execute) is [var next, ..])
        {
            again.Complete(next, Passed());
        }

        Assert.Equal(9, LastNote(again).Counts.Completed);
        Assert.Empty(Assert.Single(again.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Broken);
    }

    [Fact]
    public void Run_PausedForAWeek_AsksOnceInTenMinutesAndKeepsItsHistorySmall()
    {
        var stage = new OrchestrationStage(Shard(trials: 50, window: 20));
        stage.Start(ShardOrchestrator.RunAsync);
        PauseAll(stage);

        for (var look = 0; look < 7 * 24 * 6; look++)
        {
            stage = StartOver(stage);
            Assert.Single(stage.Calls);
            stage.Complete(Assert.Single(stage.Open), Paused());
        }

        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        Assert.Equal(20, OpenIndexes(stage).Count);
    }

    [Fact]
    public void Run_FailsWhilePausedTrialsWait_CarriesWhatItKnowsAndStaysSmall()
    {
        var stage = new OrchestrationStage(Shard(trials: 50, window: 50));
        stage.Start(ShardOrchestrator.RunAsync);
        for (var trial = 0; trial < 49; trial++)
        {
            stage.Fail(stage.Open[0], string.Concat(Enumerable.Repeat("Διαδικασία ", 100)));
        }

        PauseAll(stage);
        var again = StartOver(stage);
        again.Complete(again.Open[0], Passed());

        Assert.Equal(49, Assert.Single(again.Open).Input<ValidateTrialsInput>().Broken.Count);
        Assert.Equal(new TrialCounts(50, 1, 0, 49, 0, 0, 1), LastNote(again).Counts);
        Assert.InRange(stage.LargestPayload, 1_000, 16 * 1024);
    }

    [Fact]
    public void Run_StartedOverDuringTheReplays_RunsNoTrialAgain()
    {
        var stage = Replaying(trials: 3, window: 1);
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());
        PauseAll(stage);

        var again = StartOver(stage);
        again.Complete(again.Open[0], Passed());
        again.Complete(again.Open[0], Passed());

        Assert.Equal([2, 1], ReplayedIndexes(again));
        Assert.Equal([nameof(ReplayTrial), nameof(ReplayTrial), nameof(ValidateTrials)], again.Calls.Select(call => call.Name));
    }

    [Fact]
    public void Run_StoppedInTheVeryMomentItWouldStartOver_Stops()
    {
        var stage = new OrchestrationStage(Shard(trials: 1, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);
        PauseAll(stage);

        stage.RaiseAndAdvance(ControlEvents.Name, ControlEvents.StopPrefix + StopReasons.FailFast, TimeSpan.FromMinutes(10));

        Assert.Null(stage.ContinuedAs);
        Assert.Equal(StopReasons.FailFast, Assert.Single(stage.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_WakeOvertakesTheWordOfThePause_GoesOnAtOnce()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 2));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        stage.Complete(stage.Open[0], Paused());

        Assert.Equal([1, 0], OpenIndexes(stage));
    }

    [Fact]
    public void Run_PausedAgainAfterAWake_WaitsAgain()
    {
        var stage = new OrchestrationStage(Shard(trials: 1, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Paused());
        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        stage.Complete(stage.Open[0], Paused());

        Assert.Empty(stage.Open);
        Assert.Equal(1, stage.OpenTimers);
    }

    [Fact]
    public void Run_CancelledWhilePaused_EndsAfterTheWake()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 1));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Paused());
        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        stage.Complete(stage.Open[0], new TrialReceipt(TrialReceipt.RunCancelled, null, 0, Replay: false));

        Assert.Equal(StopReasons.Cancelled, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_DelaySeconds_WaitsBetweenTrialsOfALaneByTheClock()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 1, delaySeconds: 10));
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], Passed());
        Assert.Empty(stage.Open);
        stage.FireEarly();
        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([1], OpenIndexes(stage));
    }

    [Fact]
    public void Run_ShardThatFollowsOthers_WaitsBeforeItsFirstTrialsToo()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 2, delaySeconds: 10) with { FollowsOthers = true });
        stage.Start(ShardOrchestrator.RunAsync);

        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([0, 1], OpenIndexes(stage));
    }

    [Fact]
    public void Run_NoDelay_ShardThatFollowsOthersBeginsAtOnce()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 2) with { FollowsOthers = true });
        stage.Start(ShardOrchestrator.RunAsync);

        Assert.Equal([0, 1], OpenIndexes(stage));
    }

    [Fact]
    public void Run_TrialWaitsForItsDelay_IsNotShownAsRunning()
    {
        var stage = new OrchestrationStage(Shard(trials: 4, window: 2, delaySeconds: 10));
        stage.Start(ShardOrchestrator.RunAsync);
        Assert.Equal([0, 1], LastNote(stage).Running);

        stage.Complete(stage.Open[0], Passed());
        Assert.Equal([1], LastNote(stage).Running);
        stage.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([1, 2], LastNote(stage).Running);
    }

    [Fact]
    public void Run_DelayedTrialMeetsAPause_DoesNotWaitForItsDelayAgain()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 1, delaySeconds: 10));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());
        stage.Advance(TimeSpan.FromSeconds(10));
        PauseAll(stage);

        stage.Raise(ControlEvents.Name, ControlEvents.Wake);

        Assert.Equal([1], OpenIndexes(stage));
    }

    [Fact]
    public void Run_OnePauseOnly_NextLaneStillWaitsForItsDelay()
    {
        var stage = new OrchestrationStage(Shard(trials: 4, window: 2, delaySeconds: 10));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Paused());
        stage.Complete(stage.Open[0], Passed());

        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        Assert.Equal([2], OpenIndexes(stage));
        stage.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([2, 3], OpenIndexes(stage));
    }

    [Fact]
    public void Run_StoppedDuringADelay_EndsAtOnce()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 1, delaySeconds: 3_600));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());
        Assert.Equal(1, stage.OpenTimers);

        stage.Raise(ControlEvents.Name, ControlEvents.StopPrefix + StopReasons.Cancelled);

        Assert.Equal(StopReasons.Cancelled, Assert.Single(stage.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Stop);
        Assert.Equal(0, stage.OpenTimers);
        Assert.Single(stage.Calls, call => call.Name == Execute);
    }

    [Fact]
    public void Run_FailsFastDuringADelay_EndsAtOnceWithItsReason()
    {
        var stage = new OrchestrationStage(Shard(trials: 4, window: 2, delaySeconds: 3_600, failFast: "failed"));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());

        stage.Complete(stage.Open[0], new TrialReceipt(TrialReceipt.Ended, "failed", 1, Replay: false));

        Assert.Equal(StopReasons.FailFast, Assert.Single(stage.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Stop);
        Assert.Equal((0, 2), (stage.OpenTimers, LastNote(stage).Counts.Completed));
    }

    [Fact]
    public void Run_WokenDuringADelay_WaitsOn()
    {
        var stage = new OrchestrationStage(Shard(trials: 2, window: 1, delaySeconds: 10));
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());

        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([1], OpenIndexes(stage));
    }

    [Fact]
    public void Run_PausedDuringTheReplays_WaitsForTheWakeAndReplaysThen()
    {
        var stage = Replaying(trials: 2, window: 1);
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(Assert.Single(stage.OpenOf(nameof(ReplayTrial))), Paused());
        Assert.Empty(stage.Open);
        stage.Raise(ControlEvents.Name, ControlEvents.Wake);
        stage.Complete(stage.OpenOf(nameof(ReplayTrial))[0], Passed());
        stage.Complete(stage.OpenOf(nameof(ReplayTrial))[0], Passed());

        Assert.Equal([0, 1, 0], ReplayedIndexes(stage));
        Assert.Null(Assert.Single(stage.OpenOf(nameof(ValidateTrials))).Input<ValidateTrialsInput>().Stop);
        Assert.Equal(2, LastNote(stage).Counts.Completed);
    }

    [Theory]
    [InlineData(TrialReceipt.RunCancelled, null)]
    [InlineData(TrialReceipt.Ended, "cancelled")]
    public void Run_CancelledDuringTheReplays_StartsNoMoreOfThem(string disposition, string? status)
    {
        var stage = Replaying(trials: 3, window: 1);
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], new TrialReceipt(disposition, status, 0, Replay: false));

        Assert.Equal([0], ReplayedIndexes(stage));
        Assert.Equal(StopReasons.Cancelled, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_StoppedByEventDuringTheReplays_StartsNoMoreOfThem()
    {
        var stage = Replaying(trials: 3, window: 2);
        stage.Start(ShardOrchestrator.RunAsync);

        stage.Raise(ControlEvents.Name, ControlEvents.StopPrefix + StopReasons.BudgetExceeded);
        stage.Complete(stage.Open[0], Passed());
        stage.Complete(stage.Open[0], Passed());

        Assert.Equal([0, 1], ReplayedIndexes(stage));
        Assert.Equal(StopReasons.BudgetExceeded, stage.Open[0].Input<ValidateTrialsInput>().Stop);
    }

    [Fact]
    public void Run_DelaySeconds_LieBetweenReplaysToo()
    {
        var stage = Replaying(trials: 1, window: 1, delaySeconds: 10);
        stage.Start(ShardOrchestrator.RunAsync);

        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal([0], ReplayedIndexes(stage));
    }

    [Fact]
    public void Run_SampledTrials_AreReplayedAWindowAtATimeBeforeTheValidation()
    {
        var stage = new OrchestrationStage(Shard(trials: 3, window: 2))
        {
            Answer = call => call.Name == Execute ? Passed(replay: true) : null,
        };
        stage.Start(ShardOrchestrator.RunAsync);

        Assert.Equal(2, stage.OpenOf(nameof(ReplayTrial)).Count);
        stage.Fail(stage.Open.Single(call => call.Input<TrialInput>().Index == 0), "no room");
        stage.Complete(stage.Open[0], Passed());
        stage.Complete(Assert.Single(stage.OpenOf(nameof(ReplayTrial))), Passed());

        var validation = Assert.Single(stage.Open).Input<ValidateTrialsInput>();
        Assert.Equal([new BrokenTrial(0, "no room", Replay: true)], validation.Broken);
        Assert.Null(validation.Stop);
    }

    [Fact]
    public void Run_FiftyTrialsThatBreakWithLongForeignMessages_KeepsEveryPayloadSmall()
    {
        var message = string.Concat(Enumerable.Repeat("Διαδικασία \"απέτυχε\" 😀 ", 100));
        var stage = new OrchestrationStage(Shard(trials: 50, window: 50))
        {
            Answer = call => call.Name == Execute ? new IOException(message) : null,
        };
        stage.Start(ShardOrchestrator.RunAsync);

        Assert.Equal(50, Assert.Single(stage.Open).Input<ValidateTrialsInput>().Broken.Count);
        Assert.InRange(stage.LargestPayload, 1_000, 16 * 1024);
    }

    [Fact]
    public void Run_AnyActivity_IsRetried()
    {
        var stage = new OrchestrationStage(Shard(trials: 1, window: 1)) { Answer = call => call.Name == Execute ? Passed(replay: true) : null };
        stage.Start(ShardOrchestrator.RunAsync);
        stage.Complete(stage.Open[0], Passed());

        Assert.Equal([Execute, nameof(ReplayTrial), nameof(ValidateTrials)], stage.Calls.Select(call => call.Name));
        Assert.All(stage.Calls, call => Assert.NotNull(call.Options?.Retry));
    }

    /// <summary>What is at work finds out that the run is paused.</summary>
    private static void PauseAll(OrchestrationStage stage)
    {
        foreach (var call in stage.Open)
        {
            stage.Complete(call, Paused());
        }

        Assert.Empty(stage.Open);
    }

    /// <summary>Ten minutes pass, and nobody says anything.</summary>
    private static OrchestrationStage StartOver(OrchestrationStage stage)
    {
        stage.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(stage.Open);
        var again = new OrchestrationStage(Assert.IsType<ShardInput>(stage.ContinuedAs));
        again.Start(ShardOrchestrator.RunAsync);
        return again;
    }

    /// <summary>Every trial passes at once and is to be replayed.</summary>
    private static OrchestrationStage Replaying(int trials, int window, double delaySeconds = 0) => new(Shard(trials, window, delaySeconds))
    {
        Answer = call => call.Name == Execute ? Passed(replay: true) : null,
    };

    private static List<int> ReplayedIndexes(OrchestrationStage stage) =>
        [.. stage.Calls.Where(call => call.Name == nameof(ReplayTrial)).Select(call => call.Input<TrialInput>().Index)];

    private static ShardInput Shard(int trials, int window, double delaySeconds = 0, string? failFast = null) =>
        new("run", 7, trials, window, delaySeconds, failFast);

    private static TrialReceipt Passed(bool replay = false) => new(TrialReceipt.Ended, "passed", 1, replay);

    private static TrialReceipt Paused() => new(TrialReceipt.Paused, null, 0, Replay: false);

    private static List<int> OpenIndexes(OrchestrationStage stage) => [.. stage.OpenOf(Execute).Select(call => call.Input<TrialInput>().Index)];

    private static ShardNote LastNote(OrchestrationStage stage) => System.Text.Json.JsonSerializer.Deserialize<ShardNote>(stage.CustomStatuses[^1])!;
}
