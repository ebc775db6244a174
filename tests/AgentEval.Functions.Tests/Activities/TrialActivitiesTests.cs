using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Activities;

/// <summary>A run's steps one by one, with a real agent and real storage, repeated and interrupted as the engine may.</summary>
public sealed class TrialActivitiesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await AppBench.OpenAsync(azurite.ConnectionString);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Run_FromPlanToReport_IsTheSameHoweverOftenEachStepIsRepeated()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello there, card 4111 1111 1111 1111"));
        var id = await PlannedAsync(agent, settings: new() { ["epochs"] = 2, ["replay"] = new JsonObject { ["fraction"] = 1 } });
        for (var repeat = 0; repeat < 2; repeat++)
        {
            Assert.Equal([2], (await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default)).ShardSizes);
            foreach (var index in new[] { 0, 1 })
            {
                var receipt = await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, index), default);
                Assert.Equal((TrialReceipt.Ended, "passed", true), (receipt.Disposition, receipt.Status, receipt.Replay));
                await _bench.Create<ReplayTrial>().RunAsync(new TrialInput(id, 0, index), default);
            }

            var outcome = await ValidateAsync(id);
            Assert.Equal((2, 2, (string?)null), (outcome.Counts.Completed, outcome.Counts.Passed, outcome.Stop));
        }

        await _bench.Create<SummarizeRun>().RunAsync(new SummarizeRunInput(id, null), default);
        await _bench.Create<SummarizeRun>().RunAsync(new SummarizeRunInput(id, StopReasons.Cancelled), default);
        Assert.Empty((await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default)).ShardSizes);

        Assert.Equal(4, agent.Requests.Count);
        Assert.Equal(4, agent.Requests.Select(request => request.Body).Distinct().Count());
        var row = await _bench.RowAsync(id);
        Assert.Equal((RunStatus.Completed, 2), (row.Status, row.TotalTrials));
        var result = (await _bench.Get<RunViews>().FindAsync(id, _bench.Client, default))!;
        Assert.Equal(2, (int)result["metrics"]!["scenario"]!["passed"]!);
        Assert.Equal(2, (int)result["metrics"]!["reproducibility"]!["trialsReplayed"]!);
        Assert.Equal((int)result["violations"]!["total"]!, (await _bench.Get<ViolationStore>().ListAsync(id, new ViolationFilter(null, null, null), 100, null, default)).Items.Count);
        Assert.NotNull(result["progress"]);
        foreach (var file in new[] { "report.json", "report.md", "report.html", "junit.xml" })
        {
            Assert.NotNull(await _bench.Get<ReportStore>().FindAsync(id, file, default));
        }
    }

    [Fact]
    public async Task Execute_ShortTrial_LeavesABlockBlobOfOneRequest()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent);

        await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default);

        Assert.Equal(Azure.Storage.Blobs.Models.BlobType.Block, (await _bench.Get<TraceStore>().ReadAsync(id, "greets~1", default)).Blob);
    }

    [Fact]
    public async Task Execute_HalfATraceIsThere_GoesOnAsTheNextAttempt()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent);
        await using (var former = _bench.Get<TraceStore>().OpenWriter(id, "greets~1", StoredTrace.None))
        {
            await former.AppendAsync(new TraceEvent { Seq = 1, At = default, Type = TraceEventType.TrialStarted, Attempt = 1 }, default);
            await former.FlushAsync(default);
        }

        await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default);

        var stored = await _bench.Get<TraceStore>().ReadAsync(id, "greets~1", default);
        Assert.Equal((2, true), (stored.LastAttempt, stored.IsFinished));
        Assert.Equal(Enumerable.Range(1, stored.Events.Count), stored.Events.Select(each => each.Seq));
        await ValidateAsync(id);
        Assert.Equal((2, TrialStatus.Passed), await TrialAsync(id, "greets", trial => (trial.Attempts, trial.Status)));
    }

    [Theory]
    [InlineData(RunControl.Pause, TrialReceipt.Paused)]
    [InlineData(RunControl.Cancel, TrialReceipt.RunCancelled)]
    public async Task Execute_RunIsHeldBack_DoesNotBegin(RunControl control, string disposition)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent);
        await _bench.Runs.UpdateAsync(id, row => row with { Control = control }, default);

        var receipt = await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default);

        Assert.Equal(disposition, receipt.Disposition);
        Assert.Empty(agent.Requests);
        Assert.False((await _bench.Get<TraceStore>().ReadAsync(id, "greets~1", default)).Exists);
    }

    [Fact]
    public async Task Execute_HostStops_RethrowsAndTheTrialIsRunAgain()
    {
        using var stopping = new CancellationTokenSource();
        await using var agent = new FakeAgent(request =>
        {
            if (request.Number == 0)
            {
                stopping.Cancel();
            }

            return FakeAnswer.Reply("hello");
        });
        var id = await PlannedAsync(agent);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), stopping.Token));
        Assert.False((await _bench.Get<TraceStore>().ReadAsync(id, "greets~1", default)).IsFinished);
        Assert.Equal("passed", (await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default)).Status);
    }

    [Fact]
    public async Task Execute_DependencyDidNotPass_IsSkippedWithTheReason()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("nothing of the kind"));
        var id = await PlannedAsync(agent, Samples.Suite("s", "1.0.0", Samples.Scenario("login"), Samples.Scenario("buy", "login")));

        Assert.Equal("failed", (await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default)).Status);
        await ValidateAsync(id, shard: 0);
        Assert.Equal("skipped", (await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 1, 0), default)).Status);
        var outcome = await ValidateAsync(id, shard: 1);

        Assert.Equal((1, 1), (outcome.Counts.Completed, outcome.Counts.Skipped));
        Assert.Single(agent.Requests);
        Assert.Equal("login, on which it depends, ended failed.", await TrialAsync(id, "buy", trial => trial.Error!.Message));
    }

    [Fact]
    public async Task Run_TextsWithheldAndAttemptInterrupted_IsJudgedOnceFromTheLastAttempt()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello xyzzy, card 4111 1111 1111 1111"));
        var id = await PlannedAsync(agent, settings: new()
        {
            ["execution"] = new JsonObject { ["captureOutput"] = false },
            ["replay"] = new JsonObject { ["fraction"] = 1 },
        });
        var traces = _bench.Get<TraceStore>();
        await using (var killed = traces.OpenWriter(id, "greets~1", StoredTrace.None))
        {
            await killed.AppendAsync(new TraceEvent { Seq = 1, At = _bench.Time.GetUtcNow(), Type = TraceEventType.TrialStarted, Attempt = 1 }, default);
            await killed.FlushAsync(default);
        }

        var answers = new List<string>();
        for (var repeat = 0; repeat < 2; repeat++)
        {
            Assert.Equal("passed", (await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default)).Status);
            await _bench.Create<ReplayTrial>().RunAsync(new TrialInput(id, 0, 0), default);
            await ValidateAsync(id);
            answers.Add(await TrialAsync(id, "greets", trial => JsonSerializer.Serialize(trial, AgentEvalJson.Options)));
        }

        Assert.Equal(2, agent.Requests.Count);
        Assert.Equal(answers[0], answers[1]);
        Assert.DoesNotContain("xyzzy", answers[0], StringComparison.Ordinal);
        Assert.Equal((2, 1), await TrialAsync(id, "greets", trial => (trial.Attempts, trial.Violations)));
        var violation = Assert.Single((await _bench.Get<ViolationStore>().ListAsync(id, new ViolationFilter(null, null, null), 100, null, default)).Items);
        Assert.Equal(("CREDIT_CARD", WithheldTexts.Notice, WithheldTexts.Notice), (violation.Type, violation.Message, violation.Evidence));
        var summary = await _bench.Get<PlanStore>().MergeSummariesAsync(id, default);
        Assert.Equal((1, 1, 1), (summary.Scenarios["greets"].Trials.Passed, summary.Replay.Replayed, summary.Safety.Violations));
        foreach (var stored in new[] { await traces.ReadAsync(id, "greets~1", default), await traces.ReadReplayAsync(id, "greets~1", default) })
        {
            Assert.DoesNotContain("xyzzy", JsonSerializer.Serialize(stored.Events, AgentEvalJson.Options), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Dependency_HasFewerEpochs_CountsItsFirst()
    {
        var run = Samples.Loaded(Samples.Document(AzuriteFixture.UniqueName(), Samples.Suite("s", "1.0.0", Samples.Scenario("login"), Samples.Scenario("buy", "login"))));
        var guard = _bench.Get<DependencyGuard>();

        Assert.Equal(new UnmetDependency("login", null), await guard.FindUnmetAsync(run, Samples.Planned("buy", 3), default));
        await _bench.Get<TrialStore>().UpsertAsync(run.RunId, [Samples.Trial("login", 1)], default);
        Assert.Null(await guard.FindUnmetAsync(run, Samples.Planned("buy", 3), default));
        await _bench.Get<TrialStore>().UpsertAsync(run.RunId, [Samples.Trial("login", 3, TrialStatus.Timeout)], default);
        Assert.Equal(new UnmetDependency("login", TrialStatus.Timeout), await guard.FindUnmetAsync(run, Samples.Planned("buy", 3), default));
        Assert.Null(await guard.FindUnmetAsync(run, Samples.Planned("buy", 2), default));
        Assert.Null(await guard.FindUnmetAsync(run, Samples.Planned("login"), default));
    }

    [Theory]
    [InlineData(null, "the disk is gone", TrialStatus.Error, "infrastructure")]
    [InlineData(null, null, TrialStatus.Error, "infrastructure")]
    [InlineData(StopReasons.Cancelled, null, TrialStatus.Cancelled, "cancelled")]
    [InlineData(StopReasons.FailFast, null, TrialStatus.Skipped, "failFast")]
    [InlineData(StopReasons.GateUnreachable, null, TrialStatus.Skipped, "gateUnreachable")]
    [InlineData(StopReasons.BudgetExceeded, null, TrialStatus.Skipped, "budgetExceeded")]
    [InlineData(StopReasons.FailFast, "the disk is gone", TrialStatus.Error, "infrastructure")]
    public async Task Validate_TrialThatLeftNothing_IsRecordedWithItsReason(string? stop, string? broken, TrialStatus status, string code)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent);

        var outcome = await _bench.Create<ValidateTrials>().RunAsync(
            new ValidateTrialsInput(id, 0, stop, broken is null ? [] : [new BrokenTrial(0, broken, Replay: false)]), default);

        Assert.Equal((1, stop), (outcome.Counts.Completed, outcome.Stop));
        Assert.Equal((status, code), await TrialAsync(id, "greets", trial => (trial.Status, trial.Error!.Code)));
    }

    [Theory]
    [InlineData(RunControl.Pause, TrialReceipt.Paused)]
    [InlineData(RunControl.Cancel, TrialReceipt.RunCancelled)]
    public async Task Replay_RunIsPausedOrCancelled_DoesNotBegin(RunControl control, string disposition)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await ExecutedAsync(agent, new() { ["replay"] = new JsonObject { ["fraction"] = 1 } });
        await _bench.Runs.UpdateAsync(id, row => row with { Control = control }, default);

        var receipt = await _bench.Create<ReplayTrial>().RunAsync(new TrialInput(id, 0, 0), default);

        Assert.Equal(disposition, receipt.Disposition);
        Assert.Single(agent.Requests);
    }

    [Fact]
    public async Task Summarize_ReplayCouldNotBeRun_SaysHowManyEverywhere()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent, settings: new() { ["epochs"] = 2, ["replay"] = new JsonObject { ["fraction"] = 1 } });
        await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default);
        await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 1), default);
        await _bench.Create<ReplayTrial>().RunAsync(new TrialInput(id, 0, 0), default);

        await _bench.Create<ValidateTrials>().RunAsync(new ValidateTrialsInput(id, 0, null, [new BrokenTrial(1, "no room", Replay: true)]), default);
        await _bench.Create<SummarizeRun>().RunAsync(new SummarizeRunInput(id, null), default);

        var result = (await _bench.Get<RunViews>().FindAsync(id, _bench.Client, default))!;
        var replays = result["metrics"]!["reproducibility"]!;
        Assert.Equal((1, 1, "completed"), ((int)replays["trialsReplayed"]!, (int)replays["trialsNotReplayed"]!, (string?)result["status"]));
        Assert.Equal("1 of 2 replays could not be run; they are left out of the reproducibility.", (string?)result["message"]);
        foreach (var file in new[] { "report.md", "report.html" })
        {
            Assert.Contains("1 replay could not be run", (await _bench.Get<ReportStore>().FindAsync(id, file, default))!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Validate_ReplayWasCancelled_IsNoComparison()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await ExecutedAsync(agent, new() { ["replay"] = new JsonObject { ["fraction"] = 1 } });
        await using (var writer = _bench.Get<TraceStore>().OpenReplayWriter(id, "greets~1", StoredTrace.None))
        {
            await writer.AppendAsync(new TraceEvent { Type = TraceEventType.TrialFinished, Seq = 1, Attempt = 1, At = DateTimeOffset.UnixEpoch, Name = "cancelled" }, default);
            await writer.FlushAsync(default);
        }

        await ValidateAsync(id);

        var replays = (await _bench.Get<PlanStore>().MergeSummariesAsync(id, default)).Replay;
        Assert.Equal((0, 1), (replays.Replayed, replays.NotReplayed));
    }

    [Fact]
    public async Task Validate_LimitsOfTheRun_StopIt()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("nothing of the kind"));
        var unreachable = await ExecutedAsync(agent, new() { ["execution"] = new JsonObject { ["stopEarly"] = true } });
        var expensive = await ExecutedAsync(agent, new() { ["budget"] = new JsonObject { ["tokens"] = 1 } });
        var unlimited = await ExecutedAsync(agent, []);
        var cancelled = await ExecutedAsync(agent, []);
        await _bench.Runs.UpdateAsync(cancelled, row => row with { Control = RunControl.Cancel }, default);

        Assert.Equal(StopReasons.GateUnreachable, (await ValidateAsync(unreachable)).Stop);
        Assert.Equal(StopReasons.BudgetExceeded, (await ValidateAsync(expensive)).Stop);
        Assert.Null((await ValidateAsync(unlimited)).Stop);
        Assert.Equal(StopReasons.Cancelled, (await ValidateAsync(cancelled)).Stop);
    }

    [Fact]
    public async Task Summarize_CancelledRun_HasNoVerdict()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await ExecutedAsync(agent, []);
        await ValidateAsync(id);

        await _bench.Create<SummarizeRun>().RunAsync(new SummarizeRunInput(id, StopReasons.Cancelled), default);

        var row = await _bench.RowAsync(id);
        Assert.Equal((RunStatus.Cancelled, null), (row.Status, row.Verdict));
        Assert.NotNull(row.FinishedAt);
    }

    [Fact]
    public async Task Fail_RunAtWork_SaysWhyAndStopsWhatStillWorks()
    {
        var id = (await _bench.AddRunAsync(RunStatus.Running)).RunId;
        var fail = _bench.Create<FailRun>();

        await fail.RunAsync(new FailRunInput(id, "first"), default);
        await fail.RunAsync(new FailRunInput(id, "second"), default);

        var row = await _bench.RowAsync(id);
        Assert.Equal((RunStatus.Failed, RunControl.Cancel, "first"), (row.Status, row.Control, row.Message));
    }

    [Fact]
    public async Task Plan_CancelledBeforeItWasPlanned_HasNothingToRun()
    {
        var id = (await _bench.AddRunAsync(RunStatus.Cancelled)).RunId;

        var outline = await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default);

        Assert.Empty(outline.ShardSizes);
        Assert.Empty(outline.WaveSizes);
        await _bench.Create<SummarizeRun>().RunAsync(new SummarizeRunInput(id, null), default);
        Assert.Equal(RunStatus.Cancelled, (await _bench.RowAsync(id)).Status);
    }

    [Fact]
    public async Task AnyStep_RunWasDeleted_FailsForGood()
    {
        await Assert.ThrowsAsync<StoredDocumentMissingException>(() => _bench.Create<PlanRun>().RunAsync(new RunInput("7f3kq20b9z-h4x8m2ct"), default));
        await Assert.ThrowsAsync<StoredDocumentMissingException>(() => ValidateAsync("7f3kq20b9z-h4x8m2ct"));
    }

    [Fact]
    public async Task Progress_OfARunAtWork_AddsItsFinishedAndRunningShards()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        var id = await PlannedAsync(agent, settings: new() { ["epochs"] = 60 });
        _bench.Client.Set(id, OrchestrationRuntimeStatus.Running, new RunNote("running", new TrialCounts(30, 20, 5, 3, 1, 1, 58), [1]));
        _bench.Client.Set(InstanceIds.Shard(id, 1), OrchestrationRuntimeStatus.Running, new ShardNote(new TrialCounts(2, 2, 0, 0, 0, 0, 4), [3, 4]));

        var row = await _bench.RowAsync(id);
        Task<RunProgress> ReadAfterAsync(double seconds, double delaySeconds = 0) =>
            new RunProgressReader(_bench.Get<LoadedRuns>(), new ManualTimeProvider(row.StartedAt!.Value.AddSeconds(seconds)))
                .ReadAsync(row, delaySeconds, _bench.Client, default);

        var progress = await ReadAfterAsync(60);

        Assert.Equal((60, 32, 22, 5, 3, 1, 1), (progress.Total, progress.Completed, progress.Passed, progress.Failed, progress.Errored, progress.TimedOut, progress.Skipped));
        Assert.Equal((53.3, 2.0, 28.0), (progress.Percent, progress.AverageSeconds, progress.EtaSeconds));
        var shard = await _bench.Get<PlanStore>().ReadShardAsync(id, 1, default);
        Assert.Equal([shard.Trials[3].TrialId, shard.Trials[4].TrialId], progress.Current);
        Assert.Equal("running: 32 of 60 trials", progress.Message);

        // 62 s of work in 10 s: more trials work side by side than are seen at this moment.
        Assert.Equal(9.0, (await ReadAfterAsync(10)).EtaSeconds);

        // 28 trials are left, two at a time, each of 2 s after 8 s of delay.
        Assert.Equal(140.0, (await ReadAfterAsync(310, delaySeconds: 8)).EtaSeconds);
    }

    [Fact]
    public async Task Progress_BeforeTheStart_IsItsStatus()
    {
        var row = await _bench.AddRunAsync();

        var view = (await _bench.Get<RunViews>().FindAsync(row.RunId, _bench.Client, default))!;

        Assert.Equal(("queued", "queued", 0), ((string?)view["status"], (string?)view["progress"]!["message"], (int)view["progress"]!["completed"]!));
        Assert.Null(await _bench.Get<RunViews>().FindAsync("no-such-run", _bench.Client, default));
    }

    private async Task<string> PlannedAsync(FakeAgent agent, JsonObject? suite = null, JsonObject? settings = null)
    {
        var id = (await _bench.AddRunAsync(RunStatus.Queued, suite, Samples.Agent(agent.Url), settings)).RunId;
        await _bench.Create<PlanRun>().RunAsync(new RunInput(id), default);
        return id;
    }

    private async Task<string> ExecutedAsync(FakeAgent agent, JsonObject settings)
    {
        var id = await PlannedAsync(agent, settings: settings);
        await _bench.Create<ExecuteTrial>().RunAsync(new TrialInput(id, 0, 0), default);
        return id;
    }

    private Task<ShardOutcome> ValidateAsync(string id, int shard = 0) => _bench.Create<ValidateTrials>().RunAsync(new ValidateTrialsInput(id, shard, null, []), default);

    private async Task<T> TrialAsync<T>(string id, string scenario, Func<TrialResult, T> read) =>
        read((await _bench.Get<TrialStore>().FindAsync(id, scenario, 1, null, default))!);
}
