using System.Text.Json.Nodes;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Tests.Commands;

public sealed class RunCommandTests : IAsyncLifetime
{
    private CliHarness _cli = null!;
    private TempFolder _folder = null!;
    private FakeService _service = null!;

    public async Task InitializeAsync()
    {
        _cli = Made();
        _folder = Temporary();
        _service = await FakeService.StartAsync();
        _service.On("POST /api/runs", FakeAnswer.Json(SampleRuns.Accepted, 202));
        _cli.Variables["AGENTEVAL_SERVER"] = _service.Url.ToString();

        static CliHarness Made() => new();
        static TempFolder Temporary() => new();
    }

    public async Task DisposeAsync()
    {
        _cli.Dispose();
        _folder.Dispose();
        await _service.DisposeAsync();
    }

    private static FakeAnswer Finished(Verdict verdict)
    {
        var document = System.Text.Json.JsonSerializer.SerializeToNode(SampleRuns.Finished(verdict), AgentEvalJson.Options)!.AsObject();
        document["progress"] = System.Text.Json.JsonSerializer.SerializeToNode(new RunProgress { Total = 4, Completed = 4, Passed = 3, Failed = 1, Percent = 100 }, AgentEvalJson.Options);
        return FakeAnswer.Json(document);
    }

    [Theory]
    [InlineData(Verdict.Passed, 0)]
    [InlineData(Verdict.Failed, 1)]
    [InlineData(Verdict.Inconclusive, 4)]
    public async Task Run_ToItsEnd_AnswersOnStandardOutputAndExitsWithTheVerdict(Verdict verdict, int expected)
    {
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(SampleRuns.Running(1)), Finished(verdict));

        var code = await _cli.RunAsync("run", "support", "--agent", "bot", "--output", "json", "--key", "k3y");

        Assert.Equal(expected, code);
        Assert.Equal("run-1", (string?)_cli.Json["runId"]);
        Assert.Contains("1/4 trials, 1 passed (25 %)", _cli.Error, StringComparison.Ordinal);
        Assert.Equal("k3y", _service.Received.First().Headers["x-functions-key"]);
        Assert.Equal("cli", _service.Received.First().Headers["X-AgentEval-Initiator"]);
    }

    [Fact]
    public async Task Run_SuiteTooLargeForTheRequest_IsStoredFirst()
    {
        _service.On("PUT /api/suites/huge", FakeAnswer.Json(new SuiteListItem("huge", "2.0.0", null, 60, "hash", SampleRuns.Start)));
        _service.On("GET /api/runs/run-1", Finished(Verdict.Passed));

        var code = await _cli.RunAsync("run", HugeSuite(), "--agent", "bot");

        Assert.Equal(0, code);
        Assert.Equal(60, JsonNode.Parse(_service.Single("PUT").Body)!["scenarios"]!.AsArray().Count);
        Assert.Equal("huge@2.0.0", (string?)JsonNode.Parse(_service.Single("POST").Body)!["suite"]);
        Assert.Contains("stored as huge@2.0.0", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LargeSuiteStoredWithOtherContent_SaysToRaiseTheVersion()
    {
        _service.On("PUT /api/suites/huge", new FakeAnswer(409, """{"title":"Conflict","status":409}""", "application/problem+json"));

        var code = await _cli.RunAsync("run", HugeSuite(), "--agent", "bot");

        Assert.Equal(2, code);
        Assert.Contains("huge 2.0.0 is stored with other content already. Raise its version.", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_service.Received, request => request.Method == "POST");
    }

    /// <summary>1.2 MB.</summary>
    private string HugeSuite()
    {
        var scenarios = Enumerable.Range(1, 60).Select(number => (JsonNode)new JsonObject
        {
            ["id"] = $"s{number}",
            ["input"] = new string('x', 20_000),
            ["criteria"] = new JsonArray(new JsonObject { ["contains"] = "x" }),
        });
        var suite = new JsonObject { ["suite"] = "huge", ["version"] = "2.0.0", ["scenarios"] = new JsonArray([.. scenarios]) };
        File.WriteAllText(_folder["huge.json"], suite.ToJsonString());
        return _folder["huge.json"];
    }

    [Fact]
    public async Task Run_WithFiles_WritesResultsSummaryAndTheReportsThatThereAre()
    {
        _service.On("GET /api/runs/run-1", Finished(Verdict.Failed));
        _service.On("GET /api/runs/run-1/trials?top=200", FakeAnswer.Json(new ListPage<TrialResult>([], null)));
        _service.On("GET /api/runs/run-1/report?format=markdown", new FakeAnswer(200, "# Report", "text/markdown"));
        _service.On("GET /api/runs/run-1/report?format=junit", new FakeAnswer(200, "<testsuites/>", "application/xml"));
        _service.On("GET /api/runs/run-1/report?format=html", new FakeAnswer(400));

        var code = await _cli.RunAsync("run", "support", "--agent", "bot", "--out", _folder["out"], "--junit", _folder["tests.xml"]);

        Assert.Equal(1, code);
        Assert.Equal("failed", (string?)JsonNode.Parse(File.ReadAllText(_folder["out/summary.json"]))!["verdict"]);
        Assert.Equal("run-1", (string?)JsonNode.Parse(File.ReadAllText(_folder["out/results.json"]))!["runId"]);
        Assert.Equal("# Report", File.ReadAllText(_folder["out/report.md"]));
        Assert.Equal("<testsuites/>", File.ReadAllText(_folder["tests.xml"]));
        Assert.Contains("report.html is not there", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("FAILED", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("Why scenarios did not pass cannot be told", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ScenarioFailed_TellsWhyAndWhereThereIsMore()
    {
        var trial = SampleRuns.Trial("refund") with { Status = TrialStatus.Failed, Error = new TrialError("x", "It paid twice.") };
        _service.On("GET /api/runs/run-1", Finished(Verdict.Failed));
        _service.On("GET /api/runs/run-1/trials?status=failed&scenario=refund&top=1", FakeAnswer.Json(new ListPage<TrialResult>([trial], null)));

        var code = await _cli.RunAsync("run", "support", "--agent", "bot", "--server", _service.Url.ToString(), "--key", "k3y");

        Assert.Equal(1, code);
        Assert.Matches(@"refund\s+failed\s+0\.40\s+It paid twice\.", _cli.Output);
        Assert.EndsWith($"agenteval trial run-1 refund~1 --server {_service.Url.ToString().TrimEnd('/')}", _cli.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerIsNotTaken_StillWritesTheReports()
    {
        _service.On("GET /api/runs/run-1", Finished(Verdict.Passed));
        _service.On("GET /api/runs/run-1/report?format=junit", new FakeAnswer(200, "<testsuites/>", "application/xml"));
        _cli.IsOutputFull = true;

        var code = await _cli.RunAsync("run", "support", "--agent", "bot", "--junit", _folder["tests.xml"]);

        Assert.Equal(3, code);
        Assert.Equal("<testsuites/>", File.ReadAllText(_folder["tests.xml"]));
        Assert.Contains("error: The answer cannot be written to standard output: The disk is full.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReportNamedInTheOutputFolder_IsWrittenOnceAndTrialsAreTold()
    {
        var trial = SampleRuns.Trial("a");
        _service.On("GET /api/runs/run-1", Finished(Verdict.Passed));
        _service.On("GET /api/runs/run-1/trials?top=200", FakeAnswer.Json(new ListPage<TrialResult>([trial, trial with { TrialId = "a~2", Epoch = 2 }], null)));
        _service.On("GET /api/runs/run-1/trials/a~1", FakeAnswer.Json(trial));
        _service.On("GET /api/runs/run-1/trials/a~2", FakeAnswer.Json(trial with { TrialId = "a~2", Epoch = 2 }));
        foreach (var format in new[] { "markdown", "junit", "html" })
        {
            _service.On($"GET /api/runs/run-1/report?format={format}", new FakeAnswer(200, format, "text/plain"));
        }

        Assert.Equal(0, await _cli.RunAsync("run", "support", "--agent", "bot", "--out", _folder["out"], "--junit", _folder["out/junit.xml"]));

        var wrote = _cli.Error.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("Wrote ", StringComparison.Ordinal)).ToList();
        Assert.Single(wrote, $"Wrote {_folder["out/junit.xml"]}");
        Assert.Equal($"Wrote 2 trials, each as a file of its own, into {_folder["out"]}", wrote[^1]);
        Assert.Equal(
            ["a_20260102T030405000Z-2.json", "a_20260102T030405000Z.json", "junit.xml", "report.html", "report.md", "results.json", "summary.json"],
            Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(6, wrote.Count);
    }

    [Fact]
    public async Task Run_Refused_TellsEveryProblemAndExitsWithTwo()
    {
        var problem = new ApiProblem { Title = "Refused", Status = 422, Errors = [new Problem("suite", "notFound", "There is no suite support.")] };
        _service.On("POST /api/runs", FakeAnswer.Problem(problem, 422));

        var code = await _cli.RunAsync("run", "support", "--agent", "bot");

        Assert.Equal(2, code);
        Assert.Equal("", _cli.Output);
        Assert.Contains("suite: There is no suite support. [notFound]", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CreateOnly_GivesTheIdAndDoesNotStart()
    {
        _service.On("POST /api/runs?start=false", FakeAnswer.Json(SampleRuns.Accepted with { Status = RunStatus.Created }, 202));

        var code = await _cli.RunAsync("run", "support", "--agent", "bot", "--create-only", "--idempotency-key", "once");

        Assert.Equal(0, code);
        Assert.Equal("run-1", _cli.Output.Trim());
        Assert.Equal("once", Assert.Single(_service.Received).Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Run_OfACreatedRun_StartsAndFollowsIt()
    {
        _service.On("POST /api/runs/run-1/start", new FakeAnswer(202));
        _service.On("GET /api/runs/run-1", Finished(Verdict.Passed));

        Assert.Equal(0, await _cli.RunAsync("run", "--run-id", "run-1"));
        Assert.Equal("/api/runs/run-1/start", _service.Single("POST").Target);
    }

    [Fact]
    public async Task Run_Interrupted_CancelsTheRunOnTheServiceAndKeepsWhatItMeasured()
    {
        var measured = SampleRuns.Trial("a");
        _service.On("GET /api/runs/run-1/trials?top=200", FakeAnswer.Json(new ListPage<TrialResult>([], null)), FakeAnswer.Json(new ListPage<TrialResult>([measured], null)));
        _service.On("GET /api/runs/run-1/trials/a~1", FakeAnswer.Json(measured));
        using var interrupt = new CancellationTokenSource();
        var cancelled = System.Text.Json.JsonSerializer.SerializeToNode(
            SampleRuns.Finished(verdict: null, RunStatus.Cancelled), AgentEvalJson.Options)!.AsObject();
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(SampleRuns.Running(1)), FakeAnswer.Json(SampleRuns.Running(2)), FakeAnswer.Json(cancelled));
        _service.On("POST /api/runs/run-1/cancel", new FakeAnswer(202));

        var running = _cli.RunAsync(interrupt.Token, "run", "support", "--agent", "bot", "--out", _folder["out"]);
        while (!_service.Received.Any(request => request.Target.Contains("/trials", StringComparison.Ordinal)))
        {
            await Task.Yield();
        }

        await interrupt.CancelAsync();

        Assert.Equal(130, await running);
        Assert.Contains(_service.Received, request => request.Target == "/api/runs/run-1/cancel");
        Assert.Contains("CANCELLED", _cli.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/a_20260102T030405000Z.json"]));
    }
}
