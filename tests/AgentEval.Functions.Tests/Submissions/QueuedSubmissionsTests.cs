using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;

namespace AgentEval.Functions.Tests.Submissions;

[Collection(WholeAccountCollection.Name)]
public sealed class QueuedSubmissionsTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await account.OpenAsync(_time, new() { ["AgentEval:MaxActiveRuns"] = "1", ["AgentEval:MaxQueuedRuns"] = "2" });
        await _bench.Connections.Queues.GetQueueClient(StorageNames.PoisonQueue).DeleteIfExistsAsync();
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Take_Json_StartsARun()
    {
        await TakeAsync(Samples.Request().ToJsonString());

        var run = Assert.Single(await RunsAsync());
        Assert.Equal("queue", run.InitiatedBy);
        Assert.Empty(await PoisonAsync());
    }

    [Fact]
    public async Task Take_Base64OfJson_StartsARun()
    {
        await TakeAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(Samples.Request().ToJsonString())));

        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task Take_SameMessageTwice_StartsOneRun()
    {
        await TakeAsync(Samples.Request().ToJsonString(), "m1");
        await TakeAsync(Samples.Request().ToJsonString(), "m1");
        Assert.Single(await RunsAsync());

        await TakeAsync(Samples.Request().ToJsonString(), "m2");
        Assert.Equal(2, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Take_NameOfABlob_ReadsItThere()
    {
        var name = $"{AzuriteFixture.UniqueName()}.json";
        await UploadAsync(name, Samples.Request().ToJsonString());

        await TakeAsync($$"""{"blob":"submissions/{{name}}"}""");

        Assert.Single(await RunsAsync());
        Assert.Empty(await PoisonAsync());
    }

    [Theory]
    [InlineData("not json", "invalidSyntax")]
    [InlineData("", "invalidSyntax")]
    [InlineData("{\"\\ud800\":1}", "invalidFormat")]
    [InlineData("[1]", "wrongType")]
    [InlineData("null", "invalidSyntax")]
    [InlineData("bm90IGpzb24=", "invalidSyntax")]
    [InlineData("{\"suite\":\"a\",\"suite\":\"b\"}", "duplicate")]
    [InlineData("{\"suite\":\"a\"}", "required")]
    [InlineData("{\"suite\":\"nowhere\",\"agent\":\"nobody\"}", "notFound")]
    [InlineData("{\"suite\":\"\\ud800\",\"agent\":\"nobody\"}", "invalidFormat")]
    [InlineData("{\"blob\":\"submissions/none.json\"}", "notFound")]
    [InlineData("{\"blob\":\"submissions/../plans/x.json\"}", "notFound")]
    [InlineData("{\"blob\":\"\"}", "notFound")]
    [InlineData("{\"blob\":{}}", "invalidValue")]
    [InlineData("{\"blob\":\"a.json\",\"suite\":\"a\"}", "invalidValue")]
    [InlineData("{\"runs\":[]}", "outOfRange")]
    public async Task Take_BadMessage_IsSetAsideWithItsProblems(string text, string code)
    {
        await TakeAsync(text, "bad");

        var row = await _bench.Connections.Tables.GetTableClient(StorageNames.SubmissionsTable)
            .GetEntityAsync<TableEntity>("rejected", StorageNames.IdempotencyKey("bad"));
        Assert.Equal(("bad", text), (row.Value.GetString("MessageId"), row.Value.GetString("Message")));
        Assert.Contains(JsonColumns.Read<List<Core.Problems.Problem>>(row.Value), problem => problem.Code == code);
        Assert.Equal([text], await PoisonAsync());
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task Take_DeepNesting_IsSetAside()
    {
        await TakeAsync($"{{\"suite\":{new string('[', 5_000)}{new string(']', 5_000)}}}");

        Assert.Single(await PoisonAsync());
    }

    [Fact]
    public async Task Take_QueueFull_IsLeftToTheQueue()
    {
        for (var index = 0; index < 3; index++)
        {
            await TakeAsync(Samples.Request().ToJsonString(), $"m{index}");
        }

        await Assert.ThrowsAsync<SubmissionDeferredException>(() => TakeAsync(Samples.Request().ToJsonString(), "one too many"));

        Assert.Empty(await PoisonAsync());
        Assert.Equal(3, (await RunsAsync()).Count);
        await TakeAsync(Samples.Request().ToJsonString(), "m0");
    }

    [Fact]
    public async Task Take_Batch_TakesWhatIsGoodAndKeepsWhyTheRestIsNot()
    {
        var batch = new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request(), new JsonObject { ["suite"] = 1 }, Samples.Request("nowhere")) };

        await TakeAsync(batch.ToJsonString(), "m1");
        await TakeAsync(batch.ToJsonString(), "m2");

        var view = (await _bench.Get<Functions.Runs.BatchViews>().FindAsync("nightly", default))!;
        Assert.Equal((3, 1, 2, 0), (view.Total, view.Accepted, view.Rejected, view.Finished));
        Assert.Equal([true, false, false], view.Runs.Select(run => run.RunId is not null));
        Assert.Contains(view.Runs[1].Errors, error => error.Path == "agent");
        Assert.Contains(view.Runs[2].Errors, error => error.Code == "notFound");
        Assert.Single(await RunsAsync());
        Assert.Empty(await PoisonAsync());
    }

    [Fact]
    public async Task Take_BatchOfAKnownIdWithOtherRuns_IsSetAside()
    {
        await TakeAsync(new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request()) }.ToJsonString());
        await TakeAsync(new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request(), Samples.Request()) }.ToJsonString());

        Assert.Single(await PoisonAsync());
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task Take_BatchTheQueueHasNoRoomFor_GoesOnWhenItComesAgain()
    {
        var batch = new JsonObject { ["batchId"] = "big", ["runs"] = new JsonArray([.. Enumerable.Range(0, 5).Select(_ => Samples.Request())]) }.ToJsonString();
        await Assert.ThrowsAsync<SubmissionDeferredException>(() => TakeAsync(batch, "m"));
        Assert.Equal(3, (await RunsAsync()).Count);
        foreach (var run in await RunsAsync())
        {
            await _bench.Runs.UpdateAsync(run.RunId, row => row with { Status = Core.Runs.RunStatus.Completed }, default);
        }

        await _bench.Get<Functions.Runs.RunQueue>().AdvanceAsync(_bench.Client, default);
        await TakeAsync(batch, "m");

        var view = (await _bench.Get<Functions.Runs.BatchViews>().FindAsync("big", default))!;
        Assert.Equal((5, 5, 0, 3), (view.Total, view.Accepted, view.Rejected, view.Finished));
    }

    private Task TakeAsync(string text, string id = "m") =>
        _bench.Get<QueuedSubmissions>().TakeAsync(new QueuedMessage(id, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), text), _bench.Client, default);

    private async Task UploadAsync(string name, string text) =>
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Submissions).UploadBlobAsync(name, BinaryData.FromString(text));

    private async Task<IReadOnlyList<Core.Api.RunListItem>> RunsAsync() =>
        (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 100, null, default)).Items;

    private async Task<List<string>> PoisonAsync()
    {
        var queue = _bench.Connections.Queues.GetQueueClient(StorageNames.PoisonQueue);
        return await queue.ExistsAsync() ? [.. (await queue.PeekMessagesAsync(32)).Value.Select(message => message.Body.ToString())] : [];
    }
}
