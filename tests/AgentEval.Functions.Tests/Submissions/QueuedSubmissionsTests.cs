using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;

namespace AgentEval.Functions.Tests.Submissions;

[Collection(WholeAccountCollection.Name)]
public sealed class QueuedSubmissionsTests(WholeAccount account) : IAsyncLifetime
{
    private static readonly DateTimeOffset InsertedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

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
    public async Task Take_AgainAfterItsRunWasDeleted_IsDone()
    {
        await TakeAsync(Samples.Request().ToJsonString(), "m1");
        await _bench.Get<RunRemover>().RemoveAsync(Assert.Single(await RunsAsync()).RunId, default);

        await TakeAsync(Samples.Request().ToJsonString(), "m1");

        Assert.Empty(await RunsAsync());
        Assert.Empty(await OpenAsync());
        Assert.Empty(await PoisonAsync());
    }

    [Fact]
    public async Task Take_NameOfABlob_ReadsItThere()
    {
        var name = $"{AzuriteFixture.UniqueName()}.json";
        await UploadAsync(name, BinaryData.FromString(Samples.Request().ToJsonString()));

        await TakeAsync($$"""{"blob":"submissions/{{name}}"}""");

        Assert.Single(await RunsAsync());
        Assert.Empty(await PoisonAsync());
    }

    [Theory]
    [InlineData("not json", "invalidSyntax")]
    [InlineData("", "invalidSyntax")]
    [InlineData("{\"\\ud800\":1}", "invalidFormat")]
    [InlineData("[1]", "wrongType")]
    [InlineData("null", "required")]
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
    [InlineData("{\"batchId\":\"qn\"}", "required")]
    public async Task Take_BadMessage_IsSetAsideWithItsProblems(string text, string code)
    {
        await TakeAsync(text, "bad");

        var row = Assert.Single(await RejectedAsync());
        Assert.Equal(("bad", text), (row.GetString("MessageId"), row.GetString("Message")));
        Assert.Contains(JsonColumns.Read<List<Core.Problems.Problem>>(row), problem => problem.Code == code);
        Assert.Equal([text], await PoisonAsync());
        Assert.Empty(await RunsAsync());
    }

    [Theory]
    [InlineData("""{"id":"forged","suite":"a","agent":"b"}""", "forged", null)]
    [InlineData("""{"INSERTIONTIME":"x","runs":[{}]}""", "m1", null)]
    [InlineData("""{"Id":"","blob":"a.json"}""", null, "2026-01-01")]
    [InlineData("[]", null, null)]
    public async Task Take_BadMessageOfWhichTheHostTellsNoIdOrTime_IsSetAside(string text, string? id, string? insertedAt)
    {
        DateTimeOffset? at = insertedAt is null ? null : InsertedAt;
        await _bench.Get<QueuedSubmissions>().TakeAsync(new DeliveredMessage(text, id, at), _bench.Client, default);

        Assert.Equal((text, id), (Assert.Single(await RejectedAsync()).GetString("Message"), Assert.Single(await RejectedAsync()).GetString("MessageId")));
        Assert.Equal([text], await PoisonAsync());
    }

    [Fact]
    public async Task Take_BadMessageThatTellsAnEndlessId_IsSetAsideWithItsStart()
    {
        await TakeAsync("[]", new string('i', 40_000));

        Assert.Equal(100, Assert.Single(await RejectedAsync()).GetString("MessageId").Length);
    }

    [Fact]
    public async Task Take_BadMessagesThatTellTheSameId_AreTwoAndEachOne()
    {
        foreach (var text in new[] { """{"id":"same","n":1}""", """{"id":"same","n":2}""", """{"id":"same","n":1}""" })
        {
            await TakeAsync(text, "same");
        }

        Assert.Equal(2, (await RejectedAsync()).Count);
    }

    [Fact]
    public async Task Take_ThousandProblemsWithLongPaths_IsSetAsideWithTheFirst()
    {
        var scenario = Samples.Scenario("a");
        for (var index = 0; index < 200; index++)
        {
            var name = new string('n', 5_000) + index;
            scenario[name] = 1;
            scenario["criteria"]!.AsArray().Add(new JsonObject { ["jsonSchema"] = new JsonObject { ["$defs"] = new JsonObject { [name] = new JsonObject { ["type"] = "nothing" } } } });
        }

        await UploadAsync("wrong.json", BinaryData.FromString(Samples.Request(Samples.Suite("s", "1", scenario)).ToJsonString()));

        await TakeAsync("""{"blob":"wrong.json"}""", "wrong");

        var problems = (await ProblemsAsync("wrong"))!;
        Assert.True(problems.Count > 200, $"{problems.Count} problems");
        Assert.All(problems, problem => Assert.InRange(problem.Path.Length, 0, 1_001));
        Assert.Single(await PoisonAsync());
    }

    [Fact]
    public async Task Take_DeepNesting_IsSetAside()
    {
        await TakeAsync($"{{\"suite\":{new string('[', 5_000)}{new string(']', 5_000)}}}");

        Assert.Single(await PoisonAsync());
    }

    [Fact]
    public async Task Take_QueueFull_IsTakenOverAndSubmittedWhenThereIsRoom()
    {
        await FillAsync();

        await TakeAsync(Samples.Request().ToJsonString(), "one too many");
        await TakeAsync(Samples.Request().ToJsonString(), "one too many");

        var (name, instanceId, input) = Assert.Single(_bench.Client.Scheduled, each => each.Name == nameof(SubmissionOrchestrator));
        Assert.Equal(InstanceIds.Submission(Assert.Single(await OpenAsync())), instanceId);
        Assert.Equal(new SubmitSliceOutput(0, IsLast: false, IsQueueFull: true), await SliceAsync((SubmitSliceInput)input!));
        Assert.Equal(3, (await RunsAsync()).Count);

        await FinishAllAsync();
        Assert.True((await SliceAsync((SubmitSliceInput)input!)).IsLast);
        Assert.True((await SliceAsync((SubmitSliceInput)input!)).IsLast);

        var run = Assert.Single(await RunsAsync(), each => each.Status != Core.Runs.RunStatus.Completed);
        Assert.Equal((RunIds.Derive(InsertedAt, "one too many"), "queue"), (run.RunId, run.InitiatedBy));
        Assert.Empty(await OpenAsync());
        Assert.Empty(await PoisonAsync());
    }

    [Fact]
    public async Task Take_QueueFullAndAsDeepAsMayBe_IsTakenOver()
    {
        await FillAsync();
        var suite = Samples.Suite();
        JsonNode deep = new JsonObject();
        for (var level = 0; level < AgentEvalJson.MaxDepth - 4; level++)
        {
            deep = new JsonObject { ["a"] = deep };
        }

        suite["metadata"] = deep;
        await TakeAsync(Samples.Request(suite).ToJsonString(), "deep");
        Assert.Null(await ProblemsAsync("deep"));

        await FinishAllAsync();
        Assert.True((await SliceAsync(new SubmitSliceInput(Assert.Single(await OpenAsync()), 0))).IsLast);
        Assert.Null(await ProblemsAsync("deep"));
        Assert.Equal(4, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Take_QueueFullAndRefusedLater_IsSetAsideThen()
    {
        await _bench.Get<SuiteStore>().PutAsync(Core.Suites.SuiteReader.Read(Samples.Suite("stored")).Value!, default);
        await FillAsync();
        var text = Samples.Request("stored").ToJsonString();
        await TakeAsync(text, "late");
        await _bench.Get<SuiteStore>().DeleteAsync("stored", null, default);
        await FinishAllAsync();

        Assert.True((await SliceAsync(new SubmitSliceInput(Assert.Single(await OpenAsync()), 0))).IsLast);

        Assert.Equal([text], await PoisonAsync());
        Assert.Equal(3, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Take_MessageNobodyStarted_IsStartedByTheTimerUntilItIsDone()
    {
        await FillAsync();
        _bench.Client.OnSchedule = _ => throw new IOException("The process dies.");
        await Assert.ThrowsAsync<IOException>(() => TakeAsync(Samples.Request().ToJsonString(), "late"));
        _bench.Client.OnSchedule = _ => { };
        var submission = Assert.Single(await OpenAsync());
        var instance = InstanceIds.Submission(submission);

        await ContinueAsync();
        await ContinueAsync();
        Assert.Single(_bench.Client.ScheduledIds, instance);

        _bench.Client.Set(instance, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Failed);
        await ContinueAsync();
        Assert.Equal(2, _bench.Client.ScheduledIds.Count(id => id == instance));

        await FinishAllAsync();
        await SliceAsync(new SubmitSliceInput(submission, 0));
        _bench.Client.Set(instance, Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed);
        await ContinueAsync();
        Assert.Equal(2, _bench.Client.ScheduledIds.Count(id => id == instance));
    }

    [Theory]
    [InlineData(SubmissionFiles.MaxBytes, null)]
    [InlineData(SubmissionFiles.MaxBytes + 1, "tooLarge")]
    public async Task Take_NameOfALargeBlob_ReadsUpToTheLimit(long length, string? code)
    {
        var request = Samples.Request().ToJsonString();
        await UploadAsync("large.json", BinaryData.FromString(request + new string(' ', (int)length - request.Length)));

        await TakeAsync("""{"blob":"large.json"}""", "large");

        Assert.Equal(code is null ? 1 : 0, (await RunsAsync()).Count);
        Assert.Equal(code, (await ProblemsAsync("large"))?.Single().Code);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("iso-8859-1")]
    public async Task Take_OtherEncoding_IsSetAside(string encoding)
    {
        var request = Samples.Request();
        request["labels"] = new JsonObject { ["team"] = "Qualität" };
        var text = System.Text.RegularExpressions.Regex.Unescape(request.ToJsonString());
        var bytes = Encoding.GetEncoding(encoding).GetBytes(text);
        var marked = encoding == "utf-16" ? [.. Encoding.Unicode.GetPreamble(), .. bytes] : bytes;
        await UploadAsync("encoded.json", BinaryData.FromBytes(marked));

        await TakeAsync("""{"blob":"encoded.json"}""", "blob");
        await TakeAsync(Convert.ToBase64String(Encoding.Latin1.GetBytes(text)), "base64");

        Assert.NotEmpty((await ProblemsAsync("blob"))!);
        Assert.Equal("invalidFormat", Assert.Single((await ProblemsAsync("base64"))!).Code);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task Take_Batch_IsWrittenDownAndHandedOver()
    {
        var batch = new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request(), new JsonObject { ["suite"] = 1 }) };

        await TakeAsync(batch.ToJsonString(), "m1");
        await TakeAsync(batch.ToJsonString(), "m2");

        Assert.Empty(await RunsAsync());
        Assert.Single(_bench.Client.Scheduled);
        Assert.Equal(2, (await _bench.Get<Functions.Runs.BatchViews>().FindAsync("nightly", default))!.Pending);
    }

    [Fact]
    public async Task Take_BatchWithoutIdTwice_IsOneBatchPerMessage()
    {
        var batch = new JsonObject { ["runs"] = new JsonArray(Samples.Request()) }.ToJsonString();

        foreach (var id in (string[])["m1", "m1", "m2"])
        {
            await TakeAsync(batch, id);
        }

        Assert.Equal(2, (await OpenAsync()).Count);
    }

    [Fact]
    public async Task Take_BatchOfAKnownIdWithOtherRuns_IsSetAside()
    {
        await TakeAsync(new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request()) }.ToJsonString());
        await TakeAsync(new JsonObject { ["batchId"] = "nightly", ["runs"] = new JsonArray(Samples.Request(), Samples.Request()) }.ToJsonString());

        Assert.Single(await PoisonAsync());
        Assert.Single(await OpenAsync());
    }

    /// <summary>One run works, two wait: as many as may.</summary>
    private async Task FillAsync()
    {
        for (var index = 0; index < 3; index++)
        {
            await TakeAsync(Samples.Request().ToJsonString(), $"m{index}");
        }
    }

    private async Task FinishAllAsync()
    {
        foreach (var run in await RunsAsync())
        {
            await _bench.Runs.UpdateAsync(run.RunId, row => row with { Status = Core.Runs.RunStatus.Completed }, default);
        }

        await _bench.Get<Functions.Runs.RunQueue>().AdvanceAsync(_bench.Client, default);
    }

    private Task<SubmitSliceOutput> SliceAsync(SubmitSliceInput input) => _bench.Create<SubmitSlice>().RunAsync(input, _bench.Client, default);

    private Task ContinueAsync() => _bench.Get<AcceptedSubmissions>().ContinueAllAsync(_bench.Client, default);

    private Task<IReadOnlyList<string>> OpenAsync() => _bench.Get<SubmissionStore>().ListAsync(default);

    private Task TakeAsync(string text, string id = "m") =>
        _bench.Get<QueuedSubmissions>().TakeAsync(new DeliveredMessage(text, id, InsertedAt), _bench.Client, default);

    private async Task UploadAsync(string name, BinaryData content) =>
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Submissions).GetBlobClient(name).UploadAsync(content, overwrite: true);

    /// <summary>Null: the message was not set aside.</summary>
    private async Task<List<Core.Problems.Problem>?> ProblemsAsync(string messageId)
    {
        var row = (await RejectedAsync()).SingleOrDefault(row => row.GetString("MessageId") == messageId);
        return row is null ? null : JsonColumns.Read<List<Core.Problems.Problem>>(row);
    }

    private async Task<IReadOnlyList<TableEntity>> RejectedAsync() =>
        await _bench.Connections.Tables.GetTableClient(StorageNames.SubmissionsTable).QueryAsync<TableEntity>("PartitionKey eq 'rejected'").ToListAsync();

    private async Task<IReadOnlyList<Core.Api.RunListItem>> RunsAsync() =>
        (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 100, null, default)).Items;

    private async Task<List<string>> PoisonAsync()
    {
        var queue = _bench.Connections.Queues.GetQueueClient(StorageNames.PoisonQueue);
        return await queue.ExistsAsync() ? [.. (await queue.PeekMessagesAsync(32)).Value.Select(message => message.Body.ToString())] : [];
    }
}
