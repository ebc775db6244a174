using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Submissions;

[Collection(WholeAccountCollection.Name)]
public sealed class SubmissionServiceTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Submit_GoodRequest_FreezesTheRunAndStartsIt()
    {
        var request = Samples.Request();
        request["epochs"] = 3;
        request["labels"] = new JsonObject { ["team"] = "x" };

        var accepted = (await _bench.SubmitAsync(request)).Accepted!;

        var document = await _bench.Runs.ReadDocumentAsync(accepted.RunId, default);
        Assert.Equal((3, document.Seed), ((int)document.Settings["epochs"]!, (long)document.Settings["seed"]!));
        Assert.Equal(("greetings", "bot", "http"), (document.SuiteIdentity.Name, document.AgentIdentity.Name, document.InitiatedBy));
        Assert.Matches("^[0-9a-f]{16}$", document.AgentIdentity.EndpointHash);
        Assert.DoesNotContain("127.0.0.1", document.AgentIdentity.EndpointHash, StringComparison.Ordinal);
        var row = await _bench.RowAsync(accepted.RunId);
        Assert.Equal((RunStatus.Queued, "x"), (row.Status, row.Labels["team"]));
        Assert.Equal([accepted.RunId], _bench.Client.ScheduledIds);
        Assert.Equal($"/api/runs/{accepted.RunId}", accepted.Links["self"]);
    }

    [Fact]
    public async Task Submit_WithoutStart_WaitsForIt()
    {
        var accepted = (await _bench.SubmitAsync(Samples.Request(), new SubmissionOrigin("cli", null, Start: false))).Accepted!;

        Assert.Equal(RunStatus.Created, accepted.Status);
        Assert.Empty(_bench.Client.Scheduled);
        Assert.Equal(0, await _bench.Get<QueueStore>().CountAsync(10, default));
    }

    [Fact]
    public async Task Submit_StartAt_WaitsInTheQueue()
    {
        var request = Samples.Request();
        request["startAt"] = _time.GetUtcNow().AddHours(2).ToString("o");

        var accepted = (await _bench.SubmitAsync(request)).Accepted!;

        Assert.Empty(_bench.Client.Scheduled);
        _time.Advance(TimeSpan.FromHours(2));
        await _bench.Get<Functions.Runs.RunQueue>().AdvanceAsync(_bench.Client, default);
        Assert.Equal([accepted.RunId], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Submit_SameKeyAndBody_IsTheSameRunWhateverTheOrderOfItsKeys()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);
        var first = (await _bench.SubmitAsync(Samples.Request(), origin)).Accepted!;
        var turned = new JsonObject(Samples.Request().Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

        var second = (await _bench.SubmitAsync(turned, origin)).Accepted!;

        Assert.Equal(first.RunId, second.RunId);
        Assert.Single(_bench.Client.Scheduled);
        Assert.NotEqual(first.RunId, (await _bench.SubmitAsync(Samples.Request())).Accepted!.RunId);
    }

    [Fact]
    public async Task Submit_SameKeyAndAnotherBody_Is409()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);
        await _bench.SubmitAsync(Samples.Request(), origin);

        var outcome = await _bench.SubmitAsync(Samples.Request(agent: Samples.Agent(name: "other")), origin);

        Assert.Equal(409, outcome.Refusal!.Status);
        Assert.Contains("'k'", outcome.Refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bot")]
    [InlineData("other")]
    public async Task Submit_KeyOfADeletedRun_BeginsANewOneWhateverTheBody(string agent)
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);
        var first = (await _bench.SubmitAsync(Samples.Request(), origin)).Accepted!;
        await DeleteAsync(first.RunId);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _bench.SubmitAsync(Samples.Request(agent: Samples.Agent(name: agent)), origin))));

        var second = Assert.Single(outcomes.Select(outcome => outcome.Accepted!.RunId).Distinct());
        Assert.NotEqual(first.RunId, second);
        Assert.Null(await _bench.Runs.FindAsync(first.RunId, default));
        Assert.Equal(second, (await _bench.SubmitAsync(Samples.Request(agent: Samples.Agent(name: agent)), origin)).Accepted!.RunId);
    }

    [Fact]
    public async Task Submit_AgainWhenItsRunWasDeleted_IsNoRunAgain()
    {
        var origin = new SubmissionOrigin("queue", null, Start: true, "7f3kq20b9z-h4x8m2ct");
        await _bench.SubmitAsync(Samples.Request(), origin);
        await DeleteAsync("7f3kq20b9z-h4x8m2ct");

        var outcome = await _bench.SubmitAsync(Samples.Request("nowhere"), origin);

        Assert.Equal((true, null), (outcome.IsDeleted, outcome.Accepted));
        Assert.Null(await _bench.Runs.FindAsync("7f3kq20b9z-h4x8m2ct", default));
        Assert.Equal(["7f3kq20b9z-h4x8m2ct"], _bench.Client.ScheduledIds);
    }

    [Fact]
    public async Task Submit_WhileItsRunIsBeingDeleted_Is409()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);
        var runId = (await _bench.SubmitAsync(Samples.Request(), origin)).Accepted!.RunId;
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Plans).DeleteBlobAsync(StorageNames.RunDocument(runId));

        var outcome = await _bench.SubmitAsync(Samples.Request(), origin);

        Assert.Equal((true, 409), (outcome.IsDeleted, outcome.Refusal!.Status));
        Assert.Contains($"'{runId}' before, which is being deleted", outcome.Refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_KeyOfARunWhoseDeletionHasJustBegun_BeginsANewOne()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);
        var first = (await _bench.SubmitAsync(Samples.Request(), origin)).Accepted!;
        await _bench.Get<RunDeletions>().StartAsync(first.RunId, _bench.Client, default);

        var second = (await _bench.SubmitAsync(Samples.Request(), origin)).Accepted!;

        Assert.NotNull(await _bench.Runs.FindAsync(first.RunId, default));
        Assert.NotEqual(first.RunId, second.RunId);
    }

    [Fact]
    public async Task Submit_MessageOfARunWhoseDeletionHasJustBegun_IsDone()
    {
        var origin = new SubmissionOrigin("queue", null, Start: true, "7f3kq20b9z-h4x8m2ct");
        await _bench.SubmitAsync(Samples.Request(), origin);
        await _bench.Get<RunDeletions>().StartAsync("7f3kq20b9z-h4x8m2ct", _bench.Client, default);

        Assert.True((await _bench.SubmitAsync(Samples.Request(), origin)).IsDeleted);
    }

    [Theory]
    [InlineData("k", null)]
    [InlineData(null, "7f3kq20b9z-h4x8m2ct")]
    public async Task Submit_AgainWhenItsSuiteAndAgentAreGone_IsTheSameRun(string? key, string? runId)
    {
        await StoreAsync(Samples.Suite("stored"));
        await _bench.Get<AgentStore>().PutAsync(Core.Agents.AgentReader.Read(Samples.Agent(name: "kept")).Value!, default);
        var (request, origin) = (Samples.Request("stored", "kept"), new SubmissionOrigin("queue", key, Start: true, runId));
        var first = (await _bench.SubmitAsync(request, origin)).Accepted!;
        await _bench.Get<AgentStore>().DeleteAsync("kept", default);
        await _bench.Get<SuiteStore>().DeleteAsync("stored", null, default);

        var again = await _bench.SubmitAsync(request, origin);

        Assert.Equal(first.RunId, again.Accepted?.RunId);
        Assert.Equal(first.Warnings, again.Accepted?.Warnings);
        Assert.Single(_bench.Client.Scheduled);
        if (key is not null)
        {
            Assert.Equal(409, (await _bench.SubmitAsync(Samples.Request("nowhere", "kept"), origin)).Refusal!.Status);
        }
    }

    [Fact]
    public async Task Submit_Refused_LeavesItsKeyFree()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);

        Assert.Equal(422, (await _bench.SubmitAsync(Samples.Request("nowhere"), origin)).Refusal!.Status);

        Assert.NotNull((await _bench.SubmitAsync(Samples.Request(), origin)).Accepted);
    }

    [Fact]
    public async Task Submit_StartAtHasLongPassed_WaitsFromNow()
    {
        _time.Advance(TimeSpan.FromDays(1));
        var request = Samples.Request();
        request["startAt"] = _time.GetUtcNow().AddHours(-2).ToString("o");
        var from = new List<DateTimeOffset>();
        _bench.Client.OnSchedule = _ => from.AddRange(_bench.Get<QueueStore>().ReadAsync(default).ToBlockingEnumerable().Select(waiting => waiting.From));

        await _bench.SubmitAsync(request);

        Assert.Equal([_time.GetUtcNow()], from);
    }

    [Fact]
    public async Task Submit_SameKeyFromManyAtOnce_StartsOneRun()
    {
        var origin = new SubmissionOrigin("http", "k", Start: true);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _bench.SubmitAsync(Samples.Request(), origin))));

        var runId = Assert.Single(outcomes.Select(outcome => outcome.Accepted!.RunId).Distinct());
        await _bench.Get<Functions.Runs.RunQueue>().AdvanceAsync(_bench.Client, default);
        Assert.Equal([runId], _bench.Client.ScheduledIds);
        var queue = await _bench.Get<Functions.Runs.RunQueue>().ReadAsync(default);
        Assert.Equal((0, runId), (queue.Waiting, Assert.Single(queue.Active)));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("document")]
    [InlineData("place")]
    [InlineData("row")]
    public async Task Submit_CutOffAfter_GoesOnWhenItComesAgain(string last)
    {
        var request = Samples.Request();
        var origin = new SubmissionOrigin("http", "k", Start: true);
        await LeaveHalfAsync(request, "7f3kq20b9z-h4x8m2ct", last);
        _time.Advance(TimeSpan.FromMinutes(1));

        var accepted = (await _bench.SubmitAsync(request, origin)).Accepted!;

        Assert.Equal("7f3kq20b9z-h4x8m2ct", accepted.RunId);
        Assert.Equal([accepted.RunId], _bench.Client.ScheduledIds);
        Assert.Equal(RunStatus.Queued, (await _bench.RowAsync(accepted.RunId)).Status);
        await _bench.Get<Functions.Runs.RunQueue>().AdvanceAsync(_bench.Client, default);
        var queue = await _bench.Get<Functions.Runs.RunQueue>().ReadAsync(default);
        Assert.Equal((0, accepted.RunId), (queue.Waiting, Assert.Single(queue.Active)));
    }

    [Fact]
    public async Task Submit_ScheduleFails_IsMadeGoodByTheTimer()
    {
        _bench.Client.OnSchedule = _ => throw new IOException("the task hub is away");
        await Assert.ThrowsAsync<IOException>(() => _bench.SubmitAsync(Samples.Request()));
        _bench.Client.OnSchedule = _ => { };

        await _bench.Create<Functions.Triggers.PeriodicEvaluations>().RunAsync(new(), _bench.Client, default);

        Assert.Single(_bench.Client.Scheduled);
    }

    [Fact]
    public async Task Submit_StoredSuiteAndAgent_AreFoundByNameAndFrozen()
    {
        await StoreAsync(Samples.Suite("stored", "1.0.0"));
        _time.Advance(TimeSpan.FromSeconds(1));
        await StoreAsync(Samples.Suite("stored", "2.0.0"));
        await _bench.Get<AgentStore>().PutAsync(Core.Agents.AgentReader.Read(Samples.Agent(name: "kept")).Value!, default);

        var latest = (await _bench.SubmitAsync(Samples.Request("stored", "kept"))).Accepted!;
        var exact = (await _bench.SubmitAsync(Samples.Request("stored@1.0.0", "kept"))).Accepted!;
        await _bench.Get<AgentStore>().DeleteAsync("kept", default);
        await _bench.Get<SuiteStore>().DeleteAsync("stored", null, default);

        Assert.Equal("2.0.0", (await _bench.Runs.ReadDocumentAsync(latest.RunId, default)).SuiteIdentity.Version);
        Assert.Equal("1.0.0", (await _bench.Runs.ReadDocumentAsync(exact.RunId, default)).SuiteIdentity.Version);
        Assert.Equal(422, (await _bench.SubmitAsync(Samples.Request("stored", "kept"))).Refusal!.Status);
    }

    [Fact]
    public async Task Check_NothingIsKnown_TellsBothAndSkipsWhatDependsOnThem()
    {
        var outcome = await _bench.SubmitAsync(Samples.Request("nowhere@1.0.0", "nobody"));

        Assert.Equal(422, outcome.Refusal!.Status);
        Assert.Equal([("suite", ProblemCodes.NotFound), ("agent", ProblemCodes.NotFound)], outcome.Refusal.Errors!.Select(error => (error.Path, error.Code)));
        Assert.Equal(CheckOutcome.Skipped, outcome.Refusal.Checks!["config_valid"]);
        Assert.Equal(CheckOutcome.Error, outcome.Refusal.Checks["agent"]);
        Assert.Equal(CheckOutcome.Ok, outcome.Refusal.Checks["required_fields"]);
        Assert.Empty((await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 10, null, default)).Items);
    }

    [Fact]
    public async Task Check_FiltersFitNothing_IsRefused()
    {
        var request = Samples.Request();
        request["filters"] = new JsonObject { ["tags"] = new JsonArray("no-such-tag") };

        var outcome = await _bench.SubmitAsync(request);

        Assert.Equal("filters", Assert.Single(outcome.Refusal!.Errors!).Path);
        Assert.Equal(CheckOutcome.Error, outcome.Refusal.Checks!["config_valid"]);
    }

    [Fact]
    public async Task Check_TrialLongerThanTheHostAllows_IsRefused()
    {
        var request = Samples.Request();
        request["execution"] = new JsonObject { ["timeoutSeconds"] = 3_000, ["turnTimeoutSeconds"] = 3_000 };

        var error = Assert.Single((await _bench.SubmitAsync(request)).Refusal!.Errors!);

        Assert.Equal(("suite.scenarios.greets", ProblemCodes.OutOfRange), (error.Path, error.Code));
    }

    [Fact]
    public async Task Check_SecretThatMayNotBeRead_IsRefused()
    {
        var agent = Samples.Agent();
        agent["auth"] = new JsonObject { ["type"] = "bearer", ["secretRef"] = "env:PATH" };

        var error = Assert.Single((await _bench.SubmitAsync(Samples.Request(agent: agent))).Refusal!.Errors!);

        Assert.Equal(("agent.auth.secretRef", ProblemCodes.SecretNotAllowed), (error.Path, error.Code));
    }

    [Fact]
    public async Task Check_PrivateEndpointWhereNoneIsAllowed_IsRefused()
    {
        await using var deployed = await account.OpenAsync(_time, new() { ["AgentEval:AllowPrivateEndpoints"] = "false" });

        var error = Assert.Single((await deployed.SubmitAsync(Samples.Request())).Refusal!.Errors!);

        Assert.Equal(("agent.url", ProblemCodes.EndpointRefused), (error.Path, error.Code));
    }

    [Fact]
    public async Task Settings_OfAppAgentSuiteAndRequest_WinInThatOrder()
    {
        await using var bench = await account.OpenAsync(_time, new()
        {
            ["AgentEval:Execution:Retries"] = "9",
            ["AgentEval:Execution:RetryDelaySeconds"] = "9",
            ["AgentEval:Execution:RetryBackoff"] = "3",
            ["AgentEval:Execution:MaxParallel"] = "9",
            ["AgentEval:Execution:StopEarly"] = "true",
            ["AgentEval:Gate:MinPassRate"] = "0.25",
        });
        var (suite, agent) = (Samples.Suite(), Samples.Agent());
        agent["retry"] = new JsonObject { ["retries"] = 8, ["delaySeconds"] = 0.5, ["backoff"] = 1.5 };
        suite["defaults"] = new JsonObject { ["execution"] = new JsonObject { ["retries"] = 7, ["retryDelaySeconds"] = 0.25 } };
        var request = Samples.Request(suite, agent);
        request["execution"] = new JsonObject { ["retries"] = 1 };

        var settings = (await bench.Runs.ReadDocumentAsync((await bench.SubmitAsync(request)).Accepted!.RunId, default)).Settings;

        var execution = settings["execution"]!;
        Assert.Equal((1, 0.25, 1.5, 9, true), ((int)execution["retries"]!, (double)execution["retryDelaySeconds"]!, (double)execution["retryBackoff"]!, (int)execution["maxParallel"]!, (bool)execution["stopEarly"]!));
        Assert.Equal(0.25, (double)settings["gate"]!["minPassRate"]!);
    }

    private Task DeleteAsync(string runId) => _bench.Create<Functions.Activities.RemoveRunData>().RunAsync(new(runId), default);

    private Task<SuiteListItem> StoreAsync(JsonObject suite) => _bench.Get<SuiteStore>().PutAsync(SuiteReader.Read(suite).Value!, default);

    /// <summary>What a process that dies in the middle leaves, step by step.</summary>
    private async Task LeaveHalfAsync(JsonObject request, string runId, string last)
    {
        await _bench.Get<IdempotencyStore>().ClaimAsync("k", new IdempotencyEntry(runId, Core.Json.CanonicalJson.Hash(RunRequestReader.Read(request).Value!.Source), _time.GetUtcNow()), default);
        if (last == "key")
        {
            return;
        }

        var document = Samples.Document(runId, createdAt: _time.GetUtcNow());
        await _bench.Runs.WriteDocumentAsync(document, default);
        if (last == "document")
        {
            return;
        }

        await _bench.Get<QueueStore>().EnterAsync(runId, _time.GetUtcNow(), default);
        if (last == "row")
        {
            await _bench.Runs.TryInsertAsync(Samples.Row(document), default);
        }
    }
}
