using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Security;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.Functions.Tests.Submissions;

[Collection(WholeAccountCollection.Name)]
public sealed class BatchServiceTests(WholeAccount account) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Settings = new() { ["AgentEval:MaxActiveRuns"] = "1", ["AgentEval:MaxQueuedRuns"] = "29" };

    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time, Settings);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Slices_GoodAndBadRequests_EachIsTakenOrRefusedOnItsOwn()
    {
        await AcceptAsync(Batch("nightly", Samples.Request(), new JsonObject { ["suite"] = 1 }, Samples.Request("nowhere"), 42));

        Assert.True((await SliceAsync(0)).IsLast);

        var view = await ViewAsync("nightly");
        Assert.Equal((4, 1, 3, 0, 0), (view.Total, view.Accepted, view.Rejected, view.Pending, view.Finished));
        Assert.Equal([true, false, false, false], view.Runs.Select(run => run.RunId is not null));
        Assert.Contains(view.Runs[1].Errors, error => error.Path == "agent");
        Assert.Contains(view.Runs[2].Errors, error => error.Code == "notFound");
        Assert.Equal("cli", Assert.Single(await RunsAsync()).InitiatedBy);
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task Slices_MoreThanTheQueueTakes_WaitForRoomAndRefuseNothing()
    {
        await AcceptAsync(Batch("big", [.. Enumerable.Range(0, 40).Select(_ => (JsonNode)Samples.Request())]));

        Assert.Equal(new SubmitSliceOutput(25, IsLast: false, IsQueueFull: false), await SliceAsync(0));
        Assert.Equal(new SubmitSliceOutput(30, IsLast: false, IsQueueFull: true), await SliceAsync(25));
        Assert.Equal(new SubmitSliceOutput(30, IsLast: false, IsQueueFull: true), await SliceAsync(30));
        Assert.Equal((30, 0, 10), ((await ViewAsync("big")).Accepted, (await ViewAsync("big")).Rejected, (await ViewAsync("big")).Pending));
        foreach (var run in await RunsAsync())
        {
            await _bench.Runs.UpdateAsync(run.RunId, row => row with { Status = RunStatus.Completed }, default);
        }

        await _bench.Get<RunQueue>().AdvanceAsync(_bench.Client, default);
        Assert.Equal(new SubmitSliceOutput(40, IsLast: true, IsQueueFull: false), await SliceAsync(30));
        var view = await ViewAsync("big");
        Assert.Equal((40, 0, 0, 30), (view.Accepted, view.Rejected, view.Pending, view.Finished));
        Assert.Equal(40, (await RunsAsync()).Select(run => run.RunId).Distinct().Count());
    }

    [Fact]
    public async Task View_RunThatWasDeletedSince_HasEnded()
    {
        await AcceptAsync(Batch("nightly", Samples.Request(), Samples.Request()));
        await SliceAsync(0);
        await _bench.Get<RunRemover>().RemoveAsync((await ViewAsync("nightly")).Runs[0].RunId!, default);

        var view = await ViewAsync("nightly");

        Assert.Equal((2, 1), (view.Accepted, view.Finished));
        Assert.Null(view.Runs[0].Status);
    }

    [Fact]
    public async Task Slices_Repeated_ChangeNothing()
    {
        await AcceptAsync(Batch("nightly", [.. Enumerable.Range(0, 27).Select(_ => (JsonNode)Samples.Request())]));
        await SliceAsync(0);
        var before = await RunsAsync();

        await SliceAsync(0);
        Assert.Equal(before.Select(run => run.RunId), (await RunsAsync()).Select(run => run.RunId));
        Assert.Equal(27, (await SliceAsync(25)).Next);
        Assert.True((await SliceAsync(25)).IsLast);

        Assert.Equal(27, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Slices_CutOffBeforeARunWasNotedAndThatDeleted_NoteItAndStartNoneAgain()
    {
        await AcceptAsync(Batch("nightly", Samples.Request(), Samples.Request()));
        var header = (await _bench.Get<BatchStore>().FindAsync("nightly", default))!;
        var runId = RunIds.Derive(header.CreatedAt, "nightly/0");
        await _bench.SubmitAsync(Samples.Request(), new SubmissionOrigin("cli", null, Start: true, runId));
        await _bench.Get<RunRemover>().RemoveAsync(runId, default);

        Assert.True((await SliceAsync(0)).IsLast);

        var view = await ViewAsync("nightly");
        Assert.Equal((runId, null), (view.Runs[0].RunId, view.Runs[0].Status));
        Assert.Empty(view.Runs[0].Errors);
        Assert.Equal(view.Runs[1].RunId, Assert.Single(await RunsAsync()).RunId);
    }

    [Fact]
    public async Task Slices_RequestOnWhichTheAppBreaks_IsSetAsideAfterItsTriesAndTheOthersGoOn()
    {
        await using var bench = await BreakingAsync(() => throw new ArgumentException("no such thing\nand much more"));
        await AcceptAsync(Batch("nightly", Samples.Request(), Breaking(), Samples.Request()));
        var givenUp = RunIds.Derive((await bench.Get<BatchStore>().FindAsync("nightly", default))!.CreatedAt, "nightly/1");
        var written = bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Plans).GetBlobClient(StorageNames.RunDocument(givenUp));
        await written.UploadAsync(BinaryData.FromString("{}"));

        for (var broke = 0; broke < AcceptedRequests.MostTries - 1; broke++)
        {
            Assert.Equal(new SubmitSliceOutput(1, IsLast: false, IsQueueFull: false, IsBroken: true), await SliceAsync(broke == 0 ? 0 : 1, broke: broke, bench: bench));
        }

        Assert.True((await SliceAsync(1, broke: AcceptedRequests.MostTries - 1, bench: bench)).IsLast);

        var view = await ViewAsync("nightly");
        Assert.Equal((2, 1, 0), (view.Accepted, view.Rejected, view.Pending));
        Assert.Equal(
            "The app broke on this request 5 times and gave it up: ArgumentException: no such thing Its log says more.",
            Assert.Single(view.Runs[1].Errors).Message);
        Assert.Empty(await OpenAsync());
        Assert.False(await written.ExistsAsync());
    }

    [Fact]
    public async Task Slices_StorageRefusesAValue_CountsAsTheRequestsOwn()
    {
        await using var bench = await BreakingAsync(() => throw new Azure.RequestFailedException(400, "too long", "PropertyValueTooLarge", null));
        await AcceptAsync(Batch("nightly", Breaking()));

        Assert.True((await SliceAsync(0, broke: AcceptedRequests.MostTries - 1, bench: bench)).IsLast);

        Assert.Contains("refuses a value of this request", Assert.Single((await ViewAsync("nightly")).Runs[0].Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slices_StorageIsAway_IsThrownHoweverOftenAndTheRequestStays()
    {
        await using var bench = await BreakingAsync(() => throw new Azure.RequestFailedException(503, "busy"));
        await AcceptAsync(Batch("nightly", Breaking()));

        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => SliceAsync(0, broke: AcceptedRequests.MostTries + 10, bench: bench));

        Assert.Equal(1, (await ViewAsync("nightly")).Pending);
        Assert.Single(await OpenAsync());
    }

    [Fact]
    public async Task Slices_AppBreaksAfterTheRunWasStored_KeepTheRun()
    {
        await AcceptAsync(Batch("nightly", Samples.Request()));
        _bench.Client.OnSchedule = _ => throw new NotSupportedException("a bug in the task hub");

        Assert.True((await SliceAsync(0, broke: AcceptedRequests.MostTries)).IsLast);

        var run = Assert.Single((await ViewAsync("nightly")).Runs);
        Assert.Equal((Assert.Single(await RunsAsync()).RunId, RunStatus.Queued), (run.RunId, run.Status));
    }

    [Fact]
    public async Task Slices_QueueFull_AreAskedForRoomBeforeAnythingIsChecked()
    {
        var checks = 0;
        await using var bench = await BreakingAsync(() => $"refused {++checks}");
        await AcceptAsync(Batch("big", [.. Enumerable.Range(0, 30).Select(_ => (JsonNode)Samples.Request()), Breaking()]));
        await SliceAsync(0, bench: bench);

        Assert.Equal(new SubmitSliceOutput(30, IsLast: false, IsQueueFull: true), await SliceAsync(25, bench: bench));
        Assert.Equal(0, checks);

        foreach (var run in await RunsAsync())
        {
            await _bench.Runs.UpdateAsync(run.RunId, row => row with { Status = RunStatus.Completed }, default);
        }

        await _bench.Get<RunQueue>().AdvanceAsync(_bench.Client, default);
        Assert.True((await SliceAsync(30, bench: bench)).IsLast);
        Assert.Equal(1, checks);
    }

    [Fact]
    public async Task Accept_SameBatchAgain_IsTheSameAlsoWhenItIsDone()
    {
        var first = await AcceptAsync(Batch("nightly", Samples.Request()));
        var again = await AcceptAsync(Batch("nightly", Samples.Request()));
        Assert.Equal(("nightly", "nightly"), (first.BatchId, again.BatchId));
        Assert.Single(_bench.Client.Scheduled);

        await SliceAsync(0);
        _bench.Client.Set(_bench.Client.Scheduled[0].InstanceId, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);
        await AcceptAsync(Batch("nightly", Samples.Request()));

        Assert.Single(_bench.Client.Scheduled, each => each.Name == nameof(SubmissionOrchestrator));
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task Accept_KnownIdWithOtherRuns_Is409AndLeavesTheFirstAlone()
    {
        await AcceptAsync(Batch("nightly", Samples.Request()));

        var other = await AcceptAsync(Batch("nightly", Samples.Request(), Samples.Request()), "key");

        Assert.Equal((409, "batchId"), (other.Refusal!.Status, Assert.Single(other.Refusal.Errors!).Path));
        Assert.Single(await OpenAsync());
        Assert.Null((await AcceptAsync(Batch(null, Samples.Request()), "key")).Refusal);
    }

    [Fact]
    public async Task Accept_WithoutIdOrKey_IsANewBatchEachTime()
    {
        var first = await AcceptAsync(Batch(null, Samples.Request()));
        var second = await AcceptAsync(Batch(null, Samples.Request()));

        Assert.NotEqual(first.BatchId, second.BatchId);
        Assert.Equal(2, (await OpenAsync()).Count);
    }

    [Fact]
    public async Task Accept_SameKey_IsTheSameBatchAndAnotherBodyIs409()
    {
        var first = await AcceptAsync(Batch(null, Samples.Request()), "key");
        var again = await AcceptAsync(Batch(null, Samples.Request()), "key");
        var other = await AcceptAsync(Batch(null, Samples.Request(), Samples.Request()), "key");

        Assert.Equal(first.BatchId, again.BatchId);
        Assert.Equal((409, "Idempotency-Key"), (other.Refusal!.Status, Assert.Single(other.Refusal.Errors!).Path));
        Assert.Single(await OpenAsync());
        var request = RunRequestReader.Read(Samples.Request());
        Assert.Null((await _bench.Get<SubmissionService>().SubmitAsync(
            request.Value!, request.Problems, new SubmissionOrigin("http", "key", Start: true), _bench.Client, default)).Refusal);
    }

    /// <summary>What a process that dies in the middle leaves, step by step: the document and its row, then the header.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Timer_BatchNobodyStarted_IsBroughtToItsEnd(bool header)
    {
        var batch = new BatchHeader("lost", _time.GetUtcNow(), 1, "hash");
        await _bench.Get<SubmissionStore>().WriteAsync(new SubmissionDocument { SubmissionId = "batch.x", InitiatedBy = "http", Batch = batch, Runs = [Samples.Request()] }, default);
        if (header)
        {
            await _bench.Get<BatchStore>().OpenAsync(batch, default);
        }

        await _bench.Get<AcceptedSubmissions>().ContinueAllAsync(_bench.Client, default);

        Assert.Equal((nameof(SubmissionOrchestrator), "submit.batch.x", new SubmitSliceInput("batch.x", 0)), Assert.Single(_bench.Client.Scheduled));
        Assert.True((await SliceAsync(0, "batch.x")).IsLast);
        Assert.Equal(1, (await ViewAsync("lost")).Accepted);
    }

    [Fact]
    public async Task Slices_OfABatchWhoseIdAnotherOneHas_LeaveNothing()
    {
        await AcceptAsync(Batch("nightly", Samples.Request()));
        var late = new BatchHeader("nightly", _time.GetUtcNow(), 1, "other");
        await _bench.Get<SubmissionStore>().WriteAsync(new SubmissionDocument { SubmissionId = "batch.late", InitiatedBy = "http", Batch = late, Runs = [Samples.Request()] }, default);

        Assert.True((await SliceAsync(0, "batch.late")).IsLast);

        Assert.Empty(await RunsAsync());
        Assert.DoesNotContain("batch.late", await OpenAsync());
    }

    private static JsonObject Batch(string? id, params JsonNode[] runs)
    {
        var batch = new JsonObject { ["runs"] = new JsonArray([.. runs]) };
        if (id is not null)
        {
            batch["batchId"] = id;
        }

        return batch;
    }

    private Task<BatchOutcome> AcceptAsync(JsonObject batch, string? key = null) =>
        _bench.Get<BatchService>().AcceptAsync(batch, new BatchOrigin("cli", _time.GetUtcNow(), key), _bench.Client, default);

    /// <summary>A request whose check does what <see cref="BreakingAsync"/> was told.</summary>
    private static JsonObject Breaking()
    {
        var agent = Samples.Agent();
        agent["auth"] = new JsonObject { ["type"] = "bearer", ["secretRef"] = "env:AGENTEVAL_SECRET_BREAKS" };
        return Samples.Request(agent: agent);
    }

    private Task<AppBench> BreakingAsync(Func<string?> check) => AppBench.OpenAsync(
        account.ConnectionString, _time, Settings, services => services.AddSingleton<ISecretResolver>(new BreakingSecrets(check)));

    /// <summary>Of the only submission, unless it is named.</summary>
    private async Task<SubmitSliceOutput> SliceAsync(int first, string? submissionId = null, int broke = 0, AppBench? bench = null) => await (bench ?? _bench).Create<SubmitSlice>().RunAsync(
        new SubmitSliceInput(submissionId ?? (await OpenAsync()).SingleOrDefault() ?? "batch.gone", first, broke), (bench ?? _bench).Client, default);

    private async Task<BatchView> ViewAsync(string batchId) => (await _bench.Get<BatchViews>().FindAsync(batchId, default))!;

    private Task<IReadOnlyList<string>> OpenAsync() => _bench.Get<SubmissionStore>().ListAsync(default);

    private async Task<IReadOnlyList<RunListItem>> RunsAsync() =>
        (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 100, null, default)).Items;

    private sealed class BreakingSecrets(Func<string?> check) : ISecretResolver
    {
        public string? FindRefusal(string secretRef) => check();

        public string? FindMissing(string secretRef) => null;

        public ValueTask<string> ResolveAsync(string secretRef, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
