using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Tests.Shared;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.Functions.Tests.Triggers;

[Collection(WholeAccountCollection.Name)]
public sealed class RoutesTests(WholeAccount account) : IAsyncLifetime
{
    private const string NoRun = "7f3kq20b9z-h4x8m2ct";

    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task SubmitRun_GoodRequest_Is202WithLocationAndRetryAfter()
    {
        var response = await _bench.Create<SubmitRun>().RunAsync(Post("runs?start=false", Samples.Request().ToJsonString()).With("X-AgentEval-Initiator", "cli"), _bench.Client);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var runId = (string)response.Json()["runId"]!;
        Assert.Equal($"/api/runs/{runId}", response.Header("Location"));
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal("created", (string)response.Json()["status"]!);
        Assert.Equal("cli", (await _bench.RowAsync(runId)).InitiatedBy);
        Assert.Empty(_bench.Client.Scheduled);
    }

    [Theory]
    [InlineData("{}", "required")]
    [InlineData("[]", "wrongType")]
    [InlineData("{\"suite\":\"a\",\"agent\":\"b\",\"epochs\":1e400}", "outOfRange")]
    [InlineData("{\"suite\":\"a\",\"agent\":\"b\",\"epochs\":99999999999999999999}", "outOfRange")]
    [InlineData("{\"suite\":\"a\",\"agent\":\"\\ud800\"}", "invalidFormat")]
    [InlineData("{\"\\ud800\":1}", "invalidFormat")]
    public async Task SubmitRun_BadRequest_Is400WithTheProblems(string body, string code)
    {
        var response = await _bench.Create<SubmitRun>().RunAsync(Post("runs", body), _bench.Client);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("application/problem+json", response.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains(code, response.Codes());
    }

    [Fact]
    public async Task SubmitRun_EndlessIdempotencyKey_Is400()
    {
        var response = await _bench.Create<SubmitRun>().RunAsync(Post("runs", "{}").With("Idempotency-Key", new string('k', 201)), _bench.Client);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task ValidateRun_TellsTheOutcomeOfEveryCheckAndQueuesNothing()
    {
        var good = await _bench.Create<ValidateRun>().RunAsync(Post("runs/validate", Samples.Request().ToJsonString()));
        var bad = await _bench.Create<ValidateRun>().RunAsync(Post("runs/validate", "{}"));

        Assert.True((bool)good.Json()["isValid"]!);
        Assert.All(good.Json()["checks"]!.AsObject(), check => Assert.Contains((string)check.Value!, new[] { "ok", "skipped" }));
        Assert.Equal("ok", (string)good.Json()["checks"]!["config_valid"]!);
        Assert.Equal(HttpStatusCode.OK, bad.StatusCode);
        Assert.False((bool)bad.Json()["isValid"]!);
        Assert.Equal("error", (string)bad.Json()["checks"]!["required_fields"]!);
        Assert.Empty((await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 10, null, default)).Items);
    }

    [Theory]
    [InlineData(590_000, HttpStatusCode.OK)]
    [InlineData(600_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task PutAgentAndSchedule_ThatFillARow_AreStoredOrRefusedForTheirSize(int padding, HttpStatusCode expected)
    {
        var agent = Samples.Agent(name: "large");
        agent["request"] = new JsonObject { ["body"] = new JsonObject { ["message"] = "{{input}}", ["padding"] = new string('x', padding) } };
        var schedule = new JsonObject { ["cron"] = "0 6 * * *", ["run"] = Samples.Request(agent: agent) };

        var storedAgent = await _bench.Create<PutAgent>().RunAsync(Put("agents/large", agent.ToJsonString()), "large");
        var storedSchedule = await _bench.Create<PutSchedule>().RunAsync(Put("schedules/large", schedule.ToJsonString()), "large");

        Assert.Equal((expected, expected), (storedAgent.StatusCode, storedSchedule.StatusCode));
        var isRefused = expected != HttpStatusCode.OK;
        Assert.Equal(isRefused, storedAgent.Text().Contains("at most 600,000 can be stored", StringComparison.Ordinal));
        Assert.Equal(isRefused, storedSchedule.Text().Contains("at most 600,000 can be stored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(NoRun)]
    [InlineData("x")]
    [InlineData("..%2f..")]
    public async Task AnyRunRoute_UnknownRun_Is404(string id)
    {
        var get = FakeHttpRequest.Get;
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<GetRun>().RunAsync(get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<CancelRun>().RunAsync(get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<DeleteRun>().RunAsync(get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<ListTrials>().RunAsync(get("r"), id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<GetReport>().RunAsync(get("r"), id)).StatusCode);
    }

    [Theory]
    [InlineData("runs?strat=false", "strat", "Did you mean 'start'?")]
    [InlineData("runs?start=false&bogus=", "bogus", "Known: start.")]
    [InlineData("runs?start=no", "start", "'no' is neither true nor false")]
    public async Task SubmitRun_ParameterThatIsNone_Is400AndNothingIsStarted(string url, string path, string message)
    {
        var response = await _bench.Create<SubmitRun>().RunAsync(Post(url, Samples.Request().ToJsonString()), _bench.Client);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(path, (string?)response.Json()["errors"]![0]!["path"]);
        Assert.Contains(message, (string)response.Json()["errors"]![0]!["message"]!, StringComparison.Ordinal);
        Assert.Empty((await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 10, null, default)).Items);
    }

    [Fact]
    public async Task SubmitRun_ParametersOfTheHostAndOfGateways_AreNotOurs() => Assert.Equal(
        HttpStatusCode.Accepted, (await _bench.Create<SubmitRun>().RunAsync(Post("runs?start=false&code=key&clientId=x&api-version=1", Samples.Request().ToJsonString()), _bench.Client)).StatusCode);

    [Theory]
    [InlineData("validator=zz", HttpStatusCode.BadRequest)]
    [InlineData("severity=zz", HttpStatusCode.BadRequest)]
    [InlineData("validator=pii&type=ANY&severity=low", HttpStatusCode.OK)]
    public async Task ListViolations_Filters_AreChecked(string query, HttpStatusCode status)
    {
        var id = (await _bench.AddRunAsync(RunStatus.Completed)).RunId;

        Assert.Equal(status, (await _bench.Create<ListViolations>().RunAsync(FakeHttpRequest.Get($"violations?{query}"), id)).StatusCode);
    }

    [Fact]
    public async Task Operations_OfAFinishedRun_Are409()
    {
        var id = (await _bench.AddRunAsync(RunStatus.Completed)).RunId;

        Assert.Equal(HttpStatusCode.Conflict, (await _bench.Create<StartRun>().RunAsync(FakeHttpRequest.Get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _bench.Create<CancelRun>().RunAsync(FakeHttpRequest.Get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _bench.Create<PauseRun>().RunAsync(FakeHttpRequest.Get("r"), _bench.Client, id)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await _bench.Create<ResumeRun>().RunAsync(FakeHttpRequest.Get("r"), _bench.Client, id)).StatusCode);
    }

    [Fact]
    public async Task GetRun_WhileItIsBeingRemoved_Is404()
    {
        var id = (await _bench.AddRunAsync(RunStatus.Running)).RunId;
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Plans).DeleteBlobAsync(StorageNames.RunDocument(id));

        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<GetRun>().RunAsync(FakeHttpRequest.Get("r"), _bench.Client, id)).StatusCode);
    }

    [Fact]
    public async Task ListRuns_Paged_GivesACursorThatGoesOn()
    {
        for (var index = 0; index < 3; index++)
        {
            await _bench.AddRunAsync();
        }

        var first = (await _bench.Create<ListRuns>().RunAsync(FakeHttpRequest.Get("runs?top=2"))).Json();
        var second = (await _bench.Create<ListRuns>().RunAsync(FakeHttpRequest.Get($"runs?top=2&cursor={first["cursor"]}"))).Json();

        Assert.Equal((2, 1), (first["items"]!.AsArray().Count, second["items"]!.AsArray().Count));
        Assert.Null(second["cursor"]);
    }

    [Fact]
    public async Task GetTrialAndTrace_PlannedFinishedAndUnknown()
    {
        var id = (await _bench.AddRunAsync(RunStatus.Running, Samples.Suite("s", "1.0.0", Samples.Scenario("a"), Samples.Scenario("b")), settings: new() { ["filters"] = new JsonObject { ["scenarios"] = new JsonArray("a") } })).RunId;
        var (trial, trace) = (_bench.Create<GetTrial>(), _bench.Create<GetTrace>());

        Assert.Equal("pending", (string)(await trial.RunAsync(FakeHttpRequest.Get("t"), id, "a~1")).Json()["status"]!);
        Assert.Equal("", (await trace.RunAsync(FakeHttpRequest.Get("t"), id, "a~1")).Text());
        await using (var writer = _bench.Get<TraceStore>().OpenWriter(id, "a~1", StoredTrace.None))
        {
            await writer.AppendAsync(Event(1, TraceEventType.TrialStarted), default);
            await writer.FlushAsync(default);
            Assert.Equal("running", (string)(await trial.RunAsync(FakeHttpRequest.Get("t"), id, "a~1")).Json()["status"]!);
            await writer.AppendAsync(Event(2, TraceEventType.AgentResponse) with { Text = "hello", Turn = 0, Data = new JsonObject { ["raw"] = 1 } }, default);
            await writer.AppendAsync(Event(3, TraceEventType.TrialFinished) with { Name = "passed" }, default);
            await writer.FlushAsync(default);
        }

        var finished = (await trial.RunAsync(FakeHttpRequest.Get("t"), id, "a%7E1")).Json();
        Assert.Equal(("passed", "hello", "say a", 1), ((string?)finished["status"], (string?)finished["output"], (string?)finished["input"], (int)finished["rawResponse"]!["raw"]!));
        Assert.Equal(2, (await trace.RunAsync(FakeHttpRequest.Get("t?after=1"), id, "a~1")).Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (var unknown in new[] { "b~1", "a~2", "a~0", "a~1~attack", "c~1", "a", "..%2F..%2F" + id + "%2Fa~1", "../" + id + "/a~1" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await trial.RunAsync(FakeHttpRequest.Get("t"), id, unknown)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await trace.RunAsync(FakeHttpRequest.Get("t"), id, unknown)).StatusCode);
        }
    }

    [Fact]
    public async Task PutSuite_OtherContentOfTheSameVersion_Is409()
    {
        var put = _bench.Create<PutSuite>();
        Assert.Equal(HttpStatusCode.OK, (await put.RunAsync(Put("s", Samples.Suite("s").ToJsonString()), "s")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await put.RunVersionAsync(Put("s", Samples.Suite("s").ToJsonString()), "s", "1.0.0")).StatusCode);

        Assert.Equal(HttpStatusCode.Conflict, (await put.RunAsync(Put("s", Samples.Suite("s", "1.0.0", Samples.Scenario("x")).ToJsonString()), "s")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await put.RunAsync(Put("t", Samples.Suite("s").ToJsonString()), "t")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await put.RunVersionAsync(Put("s", Samples.Suite("s").ToJsonString()), "s", "2.0.0")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<GetSuite>().RunVersionAsync(FakeHttpRequest.Get("s"), "s", "2.0.0")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _bench.Create<DeleteSuite>().RunAsync(FakeHttpRequest.Get("s"), "s")).StatusCode);
    }

    [Theory]
    [InlineData("{\"cron\":\"\\ud800\",\"run\":{}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("3")]
    public async Task PutSchedule_BadDocument_Is400(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await _bench.Create<PutSchedule>().RunAsync(Put("schedules/s", body), "s")).StatusCode);

    [Fact]
    public async Task PutSchedule_RunThatWouldBeRefused_IsStoredWithAWarning()
    {
        var body = new JsonObject { ["cron"] = "*/10 0 6 * * *", ["run"] = new JsonObject { ["suite"] = "ghost", ["agent"] = "ghost" } }.ToJsonString();

        var view = (await _bench.Create<PutSchedule>().RunAsync(Put("schedules/s", body), "s")).Json();

        Assert.Equal(["cron", "run.suite", "run.agent"], view["warnings"]!.AsArray().Select(warning => (string)warning!["path"]!));
        Assert.NotNull(view["next"]);
    }

    [Fact]
    public async Task PutSchedule_GoodDocument_IsListedAndDeleted()
    {
        var body = new JsonObject { ["cron"] = "0 6 * * *", ["run"] = Samples.Request() }.ToJsonString();
        Assert.Equal(HttpStatusCode.OK, (await _bench.Create<PutSchedule>().RunAsync(Put("schedules/s", body), "s")).StatusCode);

        Assert.Single((await _bench.Create<ListSchedules>().RunAsync(FakeHttpRequest.Get("schedules"))).Json()["items"]!.AsArray());
        Assert.Equal("0 6 * * *", (string)(await _bench.Create<GetSchedule>().RunAsync(FakeHttpRequest.Get("schedules/s"), "s")).Json()["schedule"]!["cron"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await _bench.Create<DeleteSchedule>().RunAsync(FakeHttpRequest.Get("schedules/s"), "s")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _bench.Create<DeleteSchedule>().RunAsync(FakeHttpRequest.Get("schedules/s"), "s")).StatusCode);
    }

    [Theory]
    [InlineData("{\"keepLast\":1}", HttpStatusCode.Accepted)]
    [InlineData("{\"olderThanDays\":0}", HttpStatusCode.Accepted)]
    [InlineData("{\"keepLast\":1,\"olderThanDays\":1}", HttpStatusCode.BadRequest)]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{\"keepLast\":1.5}", HttpStatusCode.BadRequest)]
    [InlineData("{\"keepLast\":-1}", HttpStatusCode.BadRequest)]
    [InlineData("{\"keepLst\":1}", HttpStatusCode.BadRequest)]
    [InlineData("{\"keepLast\":1e400}", HttpStatusCode.BadRequest)]
    [InlineData("{\"keepLast\":\"\\ud800\"}", HttpStatusCode.BadRequest)]
    [InlineData("{\"\\ud800\":1}", HttpStatusCode.BadRequest)]
    public async Task PurgeRuns_Rule_IsOneOfTheTwo(string body, HttpStatusCode status) =>
        Assert.Equal(status, (await _bench.Create<PurgeRuns>().RunAsync(Post("purge", body), _bench.Client)).StatusCode);

    [Fact]
    public async Task SubmissionQueue_Delivery_IsToldApartByTheMessagesIdAndTime()
    {
        var queue = _bench.Create<SubmissionQueue>();
        foreach (var id in new[] { "m1", "m1", "m2" })
        {
            var context = new FakeContext();
            context.Bindings["Id"] = id;
            context.Bindings["InsertionTime"] = "\"2026-01-01T00:00:00+00:00\"";
            await queue.RunAsync(Samples.Request().ToJsonString(), context, _bench.Client);
        }

        Assert.Equal(2, (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 10, null, default)).Items.Count);
    }

    [Theory]
    [InlineData("Id", null)]
    [InlineData("Id", "")]
    [InlineData("InsertionTime", null)]
    [InlineData("InsertionTime", "\"\"")]
    [InlineData("InsertionTime", "lately")]
    public async Task SubmissionQueue_DeliveryThatTellsNoMessagesApart_IsLeftToTheQueue(string name, string? value)
    {
        var context = new FakeContext();
        context.Bindings["Id"] = "m1";
        context.Bindings["InsertionTime"] = "\"2026-01-01T00:00:00+00:00\"";
        context.Bindings.Remove(name);
        if (value is not null)
        {
            context.Bindings[name] = value;
        }

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _bench.Create<SubmissionQueue>().RunAsync(Samples.Request().ToJsonString(), context, _bench.Client));

        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
        Assert.Empty((await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 10, null, default)).Items);
    }

    /// <summary>The host fills any other parameter with what a caller sends under its name, in the query or at the top of the body: a token cannot be made of that.</summary>
    [Fact]
    public void FunctionsThatOthersFeed_TakeNothingButBindingsContextAndPlacesOfTheRoute()
    {
        var fed = typeof(ServiceRegistration).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetParameters())
            .Where(parameters => parameters.Any(parameter => parameter.IsDefined(typeof(HttpTriggerAttribute)) || parameter.IsDefined(typeof(QueueTriggerAttribute))))
            .ToList();

        Assert.InRange(fed.Count, 30, 200);
        Assert.All(fed, parameters =>
        {
            var route = parameters.Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route).OfType<string>().SingleOrDefault("");
            Assert.All(parameters, parameter => Assert.True(
                parameter.GetCustomAttributes().Any(attribute => attribute is BindingAttribute)
                    || parameter.ParameterType == typeof(FunctionContext)
                    || route.Contains($"{{{parameter.Name}", StringComparison.Ordinal),
                $"{parameter.Member.DeclaringType!.Name}.{parameter.Name}"));
        });
    }

    [Fact]
    public async Task GetStatus_TellsTheQueueAndTheWork()
    {
        await _bench.SubmitAsync(Samples.Request());

        var status = (await _bench.Create<GetStatus>().RunAsync(FakeHttpRequest.Get("status"))).Json();

        Assert.Equal((0, 1), ((int)status["queueLength"]!, status["activeRuns"]!.AsArray().Count));
    }

    [Fact]
    public async Task AnyRoute_StorageIsAway_Is503WithRetryAfter()
    {
        await using var bench = new AppBench("DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=" + AzuriteServer.AccountKey
            + ";BlobEndpoint=http://127.0.0.1:1/x;QueueEndpoint=http://127.0.0.1:1/x;TableEndpoint=http://127.0.0.1:1/x;");

        var response = await bench.Create<GetAgent>().RunAsync(FakeHttpRequest.Get("agents/a"), "a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Header("Retry-After"));
    }

    [Fact]
    public void Registration_HasWhatEveryFunctionNeeds()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", account.ConnectionString)]).Build();
        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddAgentEval(configuration)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        var functions = typeof(ServiceRegistration).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null))
            .ToList();

        Assert.InRange(functions.Count, 30, 200);
        Assert.All(functions, type => Assert.NotNull(ActivatorUtilities.CreateInstance(services, type)));
    }

    [Fact]
    public void Functions_HaveNamesOfTheirOwn()
    {
        var names = typeof(ServiceRegistration).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    private static TraceEvent Event(int seq, TraceEventType type) => new() { Seq = seq, At = DateTimeOffset.UnixEpoch, Type = type, Attempt = 1 };

    private static FakeHttpRequest Post(string url, string body) => FakeHttpRequest.Send("POST", url, body);

    private static FakeHttpRequest Put(string url, string body) => FakeHttpRequest.Send("PUT", url, body);
}
