using System.Text.Json.Nodes;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Cli.Tests.Commands;

/// <summary>Batches, schedules, purges and the state of a service.</summary>
public sealed class ServiceCommandTests : IAsyncLifetime, IDisposable
{
    private readonly CliHarness _cli = new();
    private readonly TempFolder _folder = new();
    private FakeService _service = null!;

    public async Task InitializeAsync() => _service = await FakeService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task BatchSubmit_WithARefusedRun_TellsItsProblemAndIsBadInput()
    {
        var taken = new BatchRunView(0, "run-1", RunStatus.Queued, null, []);
        var refused = new BatchRunView(1, null, null, null, [new Problem("suite", "notFound", "There is no suite 'x'.")]);
        _service.On("POST /api/batches", FakeAnswer.Json(Batch(pending: 2), 202));
        _service.On("GET /api/batches/nightly", FakeAnswer.Json(Batch(pending: 1, taken)), FakeAnswer.Json(Batch(pending: 0, taken, refused)));
        var file = _folder.Write("batch.yaml", "batchId: nightly\nruns: [ { suite: s, agent: a }, { suite: x, agent: a } ]");

        var code = await RunAsync("batch", "submit", file);

        Assert.Equal(2, code);
        Assert.Contains("1 of 2 runs wait to be submitted", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 accepted", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("There is no suite 'x'.", _cli.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal("nightly", (string?)JsonNode.Parse(_service.Single("POST").Body)!["batchId"]);
        Assert.Equal("cli", _service.Single("POST").Headers["X-AgentEval-Initiator"]);
    }

    [Fact]
    public async Task BatchSubmit_Detached_DoesNotWait()
    {
        _service.On("POST /api/batches", FakeAnswer.Json(Batch(pending: 2), 202));
        var file = _folder.Write("batch.yaml", "runs: [ { suite: s, agent: a }, { suite: x, agent: a } ]");

        Assert.Equal(0, await RunAsync("batch", "submit", file, "--detach", "--idempotency-key", "k"));

        Assert.Contains("2 still to be submitted", _cli.Output, StringComparison.Ordinal);
        Assert.Equal("k", Assert.Single(_service.Received).Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task BatchSubmit_OverAMegabyte_IsSentInParts()
    {
        var refused = new BatchRunView(0, null, null, null, [new Problem("suite", "notFound", "There is no suite 'x'.")]);
        _service.On("POST /api/batches", FakeAnswer.Json(Batch(pending: 0, new BatchRunView(0, "run-1", RunStatus.Queued, null, [])), 202), FakeAnswer.Json(Batch(pending: 0, refused), 202));
        JsonArray runs = [.. Enumerable.Range(0, 3).Select(index => new JsonObject { ["suite"] = new string((char)('a' + index), 400_000), ["agent"] = "a" })];
        var file = _folder.Write("batch.json", new JsonObject { ["batchId"] = "nightly", ["runs"] = runs }.ToJsonString());

        Assert.Equal(2, await RunAsync("batch", "submit", file, "--output", "json"));

        List<JsonNode> sent = [.. _service.Received.Select(request => JsonNode.Parse(request.Body)!)];
        Assert.Equal(["nightly.1", "nightly.2"], sent.Select(part => (string?)part["batchId"]));
        Assert.Equal([2, 1], sent.Select(part => part["runs"]!.AsArray().Count));
        Assert.All(_service.Received, request => Assert.InRange(request.ContentLength!.Value, 1, 1_000_000));
        Assert.Equal(2, JsonNode.Parse(_cli.Output)!.AsArray().Count);
    }

    [Fact]
    public async Task BatchSubmit_OneRunOverAMegabyte_IsBadInputBeforeAnythingIsSent()
    {
        var file = _folder.Write("batch.json", new JsonObject { ["runs"] = new JsonArray(new JsonObject { ["suite"] = new string('a', 1_000_000) }) }.ToJsonString());

        Assert.Equal(2, await RunAsync("batch", "submit", file));

        Assert.Contains("runs[0]", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_service.Received);
    }

    [Fact]
    public async Task BatchShow_OfABatch_GivesItAsJson()
    {
        _service.On("GET /api/batches/nightly", FakeAnswer.Json(Batch(pending: 0)));

        Assert.Equal(0, await RunAsync("batch", "show", "nightly", "--output", "json"));

        Assert.Equal("nightly", (string?)_cli.Json["batchId"]);
    }

    [Fact]
    public async Task SchedulePut_AFile_SendsItUnderItsName()
    {
        var stored = new ScheduleView("nightly", new JsonObject { ["cron"] = "0 3 * * *" })
        {
            Next = new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero),
            Warnings = [new Core.Problems.Problem("run.suite", "notFound", "There is no suite 's'.")],
        };
        _service.On("PUT /api/schedules/nightly", FakeAnswer.Json(stored));
        var file = _folder.Write("nightly.yaml", "cron: 0 3 * * *\nrun: { suite: s, agent: a }");

        Assert.Equal(0, await RunAsync("schedule", "put", "nightly", file));

        Assert.Contains("Stored nightly (0 3 * * *), due next at 2026-01-02 03:00:00Z.", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("run.suite: There is no suite 's'.", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("0 3 * * *", (string?)JsonNode.Parse(_service.Single("PUT").Body)!["cron"]);
    }

    [Fact]
    public async Task ScheduleList_OfAService_ShowsDefaultsToo()
    {
        _service.On("GET /api/schedules", FakeAnswer.Json(new ListPage<ScheduleView>([new("nightly", new JsonObject { ["cron"] = "0 3 * * *" })], null)));

        Assert.Equal(0, await RunAsync("schedule", "list"));

        Assert.All(["nightly", "0 3 * * *", "UTC", "skip", "true"], text => Assert.Contains(text, _cli.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Purge_OlderThan_SendsTheDays()
    {
        _service.On("POST /api/purge", FakeAnswer.Json(new PurgeView(3), 202));

        Assert.Equal(0, await RunAsync("purge", "--older-than", "30"));

        Assert.Equal("""{"olderThanDays":30}""", _service.Single("POST").Body);
        Assert.Contains("Removing 3 runs.", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--older-than", "1", "--keep-last", "1")]
    public async Task Purge_WithoutOneRule_IsBadInput(params string[] rules)
    {
        Assert.Equal(2, await RunAsync(["purge", .. rules]));

        Assert.Contains("one of the two", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OfTheService_NamesWhatWorks()
    {
        _service.On("GET /api/status", FakeAnswer.Json(new StatusView(2, ["run-1"], [new WorkerView("machine/1", 4)], [], null, "1.2.3")));

        Assert.Equal(0, await RunAsync("status"));

        Assert.All(["1.2.3", "1 run", "2 waiting", "run-1"], text => Assert.Contains(text, _cli.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("status r9", "GET /api/runs/r9", "There is no run 'r9'. GET /api/runs lists them.", "`agenteval list --server URL` lists the runs at ")]
    [InlineData("trial r9 order", "GET /api/runs/r9/trials/order", "Run r9 has no trial 'order'. GET /api/runs/r9/trials lists them.", "A trial's id is SCENARIO~EPOCH, such as order~1. `agenteval trial r9 --server URL` lists")]
    [InlineData("trial r9 order~2", "GET /api/runs/r9/trials/order~2", "Run r9 has no trial 'order~2'. GET /api/runs/r9/trials lists them.", "`agenteval trial r9 --server URL` lists the trials of the run.")]
    [InlineData("suite delete s", "DELETE /api/suites/s", "There is no suite 's'.", "`agenteval suite list --server URL` lists the stored suites, `agenteval suite put FILE --server URL` stores one.")]
    [InlineData("agent delete a", "DELETE /api/agents/a", "There is no agent 'a'.", "`agenteval agent list --server URL` lists the stored agents, `agenteval agent put FILE --server URL` stores one.")]
    [InlineData("schedule delete n", "DELETE /api/schedules/n", "There is no schedule 'n'.", "`agenteval schedule list --server URL` lists the schedules.")]
    public async Task Refused_SomethingIsNotThere_HintsAtTheCommandThatListsThem(string command, string route, string detail, string hint)
    {
        _service.On(route, FakeAnswer.Problem(new ApiProblem { Title = "Not Found", Status = 404, Detail = detail }, 404));

        Assert.Equal(2, await RunAsync(command.Split(' ')));

        var lines = _cli.Error.Trim().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal($"error: The service refused: 404 Not Found: {detail}", lines[0]);
        Assert.StartsWith("hint: " + hint.Replace("URL", _service.Url.ToString().TrimEnd('/'), StringComparison.Ordinal), Assert.Single(lines[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_SuiteAndAgentOfARunAreNotThere_HintsAtBoth()
    {
        _service.On("POST /api/runs", FakeAnswer.Problem(
            new ApiProblem
            {
                Title = "Refused",
                Status = 422,
                Errors = [new Problem("suite", "notFound", "There is no suite 's'. PUT /api/suites/s stores one."), new Problem("agent", "notFound", "There is no agent 'a'. PUT /api/agents/a stores one.")],
            },
            422));

        Assert.Equal(2, await RunAsync("run", "s", "--agent", "a"));

        Assert.Equal(["suite", "agent"], _cli.Error.Split('\n').Where(line => line.StartsWith("hint: ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public async Task Refused_WithoutAKey_HintsWhereToGiveIt()
    {
        _service.On("GET /api/status", new FakeAnswer(401));

        Assert.Equal(2, await RunAsync("status"));

        Assert.EndsWith("hint: Give the service's key with --key or in AGENTEVAL_KEY.", _cli.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_ByAnotherService_SaysThatItIsNotAgentEval()
    {
        _service.On("GET /api/status", new FakeAnswer(501, "<p>Unsupported method</p>", "text/html"));

        Assert.Equal(3, await RunAsync("status"));

        Assert.Contains($"501 Not Implemented: This is no answer of AgentEval: something else listens at {_service.Url}", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_ListOfARun_TellsWhyTrialsDidNotPass()
    {
        var passed = SampleRuns.Trial("a") with { Score = 1 };
        var broken = passed with { TrialId = "b~1", Status = TrialStatus.Error, Score = null, Error = new TrialError("agentUnreachable", "No connection.\nMore of it.") };
        var lengthy = broken with { TrialId = "c~1", Error = new TrialError("agentStatus", new string('x', 500)) };
        _service.On("GET /api/runs/r/trials", FakeAnswer.Json(new ListPage<TrialResult>([passed, broken, lengthy], null)));

        Assert.Equal(0, await RunAsync("trial", "r"));

        Assert.Matches(@"Violations\s+Why", _cli.Output);
        Assert.Matches(@"b~1\s+error\s+–\s+–\s+0\s+No connection\. More of it\.\r?\n", _cli.Output);
        Assert.All(_cli.Output.Split('\n').Where(line => line.Contains('─', StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, 141));
        Assert.Matches(@"c~1 .* x{500}\r?\n", _cli.Output);
    }

    [Fact]
    public async Task Trial_AgentSaysWhatATerminalWouldObey_IsShownAsCharacters()
    {
        var said = "\u001b]0;owned\u0007\u001b[2Jhi";
        var trial = SampleRuns.Trial("a") with { Output = said, Status = TrialStatus.Error, Error = new TrialError("agentAnswer", said) };
        _service.On("GET /api/runs/r/trials/a~1", FakeAnswer.Json(trial));

        Assert.Equal(0, await RunAsync("trial", "r", "a~1"));

        Assert.DoesNotContain('\u001b', _cli.Output);
        Assert.Equal(4, _cli.Output.Split("[U+001B]").Length - 1);
    }

    [Fact]
    public async Task Violations_NoneOfAFilter_NamesTheFilter()
    {
        _service.On("GET /api/runs/r/violations?type=CREDIT_CRAD&severity=high", FakeAnswer.Json(new ListPage<Violation>([], null)));

        Assert.Equal(0, await RunAsync("violations", "r", "--type", "CREDIT_CRAD", "--severity", "High"));

        Assert.Equal("No violations with --type CREDIT_CRAD --severity High.", _cli.Output.Trim());
    }

    [Fact]
    public async Task Trial_NoneOfARunAtWork_TellsWhenTrialsAreListed()
    {
        _service.On("GET /api/runs/r/trials", FakeAnswer.Json(new ListPage<TrialResult>([], null)));
        _service.On("GET /api/runs/r", FakeAnswer.Json(SampleRuns.Running(3) with { RunId = "r" }));

        Assert.Equal(0, await RunAsync("trial", "r"));

        Assert.Equal("No trials.", _cli.Output.Trim());
        Assert.Contains("Run r is running: 3/4 trials, 3 passed (75 %)", _cli.Error, StringComparison.Ordinal);
        Assert.Contains($"One alone: agenteval trial r TRIAL --server {_service.Url}".TrimEnd('/'), _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_OneWithViolations_ShowsThem()
    {
        var trial = SampleRuns.Trial("a") with { Violations = 2, Output = "Bye" };
        Violation Seen(string trialId, int seq, string type) => new($"{trialId}-{seq}-1", trialId, seq, "pii", type, Severity.Critical, 0.9, "A number was told.", "4111••••1111", SampleRuns.Start);
        _service.On("GET /api/runs/r/trials/a~1", FakeAnswer.Json(trial));
        _service.On("GET /api/runs/r/violations?top=1000", FakeAnswer.Json(new ListPage<Violation>([Seen("b~1", 1, "US_SSN"), Seen("a~1", 7, "CREDIT_CARD")], "more")));
        _service.On("GET /api/runs/r/violations?top=1000&cursor=more", FakeAnswer.Json(new ListPage<Violation>([Seen("a~1", 3, "IBAN_CODE")], null)));

        Assert.Equal(0, await RunAsync("trial", "r", "a~1"));

        var shown = _cli.Output.Split('\n').Where(line => line.Contains('!', StringComparison.Ordinal)).Select(line => line.Trim());
        Assert.Equal(["! critical pii IBAN_CODE at event 3  A number was told.", "! critical pii CREDIT_CARD at event 7  A number was told."], shown);
    }

    [Fact]
    public async Task Trial_ViolationsAreNotStoredYet_CountsThem()
    {
        _service.On("GET /api/runs/r/trials/a~1", FakeAnswer.Json(SampleRuns.Trial("a") with { Violations = 2 }));
        _service.On("GET /api/runs/r/violations?top=1000", FakeAnswer.Json(new ListPage<Violation>([], null)));

        Assert.Equal(0, await RunAsync("trial", "r", "a~1"));

        Assert.Contains("! 2 violations, told when the trial's shard has ended", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrialStatus.Pending, "Trial a~1 has not started.")]
    [InlineData(TrialStatus.Running, "Trial a~1 has started; its first events are not written yet.")]
    [InlineData(TrialStatus.Skipped, "Trial a~1 is skipped and has no events.")]
    public async Task Trace_WithoutEvents_SaysWhy(TrialStatus status, string message)
    {
        _service.On("GET /api/runs/r/trials/a~1/trace", new FakeAnswer(200, "", "application/x-ndjson"));
        _service.On("GET /api/runs/r/trials/a~1", FakeAnswer.Json(SampleRuns.Trial("a") with { Status = status }));

        Assert.Equal(0, await RunAsync("trace", "r", "a~1"));

        Assert.Equal(message, _cli.Error.Trim());
        Assert.Equal("", _cli.Output);
    }

    [Fact]
    public async Task Trace_FollowedUntilItIsKnownThatTheTrialNeverRuns_Ends()
    {
        _service.On("GET /api/runs/r/trials/a~1/trace", new FakeAnswer(200, "", "application/x-ndjson"));
        _service.On(
            "GET /api/runs/r/trials/a~1",
            FakeAnswer.Json(SampleRuns.Trial("a") with { Status = TrialStatus.Pending }), FakeAnswer.Json(SampleRuns.Trial("a") with { Status = TrialStatus.Cancelled }));

        Assert.Equal(0, await RunAsync("trace", "r", "a~1", "--follow").WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.Equal(["Trial a~1 has not started.", "Trial a~1 is cancelled and has no events."], _cli.Error.Trim().ReplaceLineEndings("\n").Split('\n'));
    }

    [Theory]
    [InlineData(RunStatus.Running, "Run run-1 is being paused.")]
    [InlineData(RunStatus.Paused, "Run run-1 is paused already.")]
    public async Task Pause_OfARun_SaysWhetherItWasPausedBefore(RunStatus before, string expected)
    {
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(SampleRuns.Running(1) with { Status = before }));
        _service.On("POST /api/runs/run-1/pause", new FakeAnswer(202));

        Assert.Equal(0, await RunAsync("pause", "run-1"));

        Assert.Equal(expected, _cli.Output.Trim());
        Assert.Single(_service.Received, request => request.Method == "POST");
    }

    [Fact]
    public async Task Status_OfACreatedRun_NamesTheCommandThatStartsIt()
    {
        _service.On("GET /api/runs/r", FakeAnswer.Json(SampleRuns.Running() with { RunId = "r", Status = RunStatus.Created, Progress = new RunProgress { Message = "created" } }));

        Assert.Equal(0, await RunAsync("status", "r"));

        Assert.Equal($"Run r is created and not started: agenteval start r --server {_service.Url}".TrimEnd('/'), _cli.Output.Trim());
    }

    [Fact]
    public async Task Status_OfAQueuedRun_HasNoCountsThatNobodyKnows()
    {
        _service.On("GET /api/runs/r", FakeAnswer.Json(SampleRuns.Running() with { RunId = "r", Status = RunStatus.Queued, QueuePosition = 2, Progress = new RunProgress { Message = "queued" } }));

        Assert.Equal(0, await RunAsync("status", "r"));

        Assert.Equal($"Run r is queued.{Environment.NewLine}2 runs before it in the queue.", _cli.Output.Trim());
    }

    [Fact]
    public async Task Watch_OfACreatedRun_NamesTheCommandThatStartsIt()
    {
        var created = SampleRuns.Running() with { Status = RunStatus.Created, Progress = new RunProgress { Message = "created" } };
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(created), FakeAnswer.Json(created), FakeAnswer.Json(SampleRuns.Finished() with { Scenarios = [] }));

        Assert.Equal(0, await RunAsync("watch", "run-1"));

        Assert.StartsWith("Run run-1 is created and not started: agenteval start run-1 --server", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trial_AllPassed_HasNoColumnForReasons()
    {
        _service.On("GET /api/runs/r/trials", FakeAnswer.Json(new ListPage<TrialResult>([SampleRuns.Trial("a")], null)));

        Assert.Equal(0, await RunAsync("trial", "r"));

        Assert.EndsWith("Violations", _cli.Output.Trim().Split('\n')[0].Trim(), StringComparison.Ordinal);
    }

    private static BatchView Batch(int pending, params BatchRunView[] runs) => new(
        "nightly", DateTimeOffset.UnixEpoch, runs.Length + pending, runs.Count(run => run.RunId is not null), runs.Count(run => run.RunId is null), pending, 0, runs);

    private Task<int> RunAsync(params string[] arguments) => _cli.RunAsync([.. arguments, "--server", _service.Url.ToString()]);
}
