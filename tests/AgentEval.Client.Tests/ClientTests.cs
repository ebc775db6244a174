using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;

namespace AgentEval.Client.Tests;

public sealed class ClientTests : IAsyncLifetime
{
    private FakeService _service = null!;
    private AgentEvalClient _client = null!;

    public async Task InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _client = AgentEvalClient.Create(_service.Url, "k3y");
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    private static RunSubmission Submission() => new()
    {
        Suite = new JsonObject { ["suite"] = "s" },
        Agent = "bot",
        Settings = new JsonObject { ["seed"] = 7, ["gate"] = new JsonObject { ["minPassRate"] = null } },
        Labels = new Dictionary<string, string> { ["branch"] = "main" },
    };

    [Fact]
    public async Task CreateRun_WithSettingsAndLabels_SendsTheRunRequestWithLengthKeyAndIdempotency()
    {
        _service.On("POST /api/runs?start=false", FakeAnswer.Json(SampleRuns.Accepted, 202));

        var accepted = await _client.CreateRunAsync(Submission(), new SubmitOptions(Start: false, IdempotencyKey: "once", Initiator: "cli"));

        var request = _service.Single("POST");
        Assert.Equal("run-1", accepted.RunId);
        Assert.Equal("""{"suite":{"suite":"s"},"agent":"bot","seed":7,"gate":{"minPassRate":null},"labels":{"branch":"main"}}""", request.Body);
        Assert.Equal(request.Body.Length, request.ContentLength);
        Assert.False(request.Headers.ContainsKey("Transfer-Encoding"));
        Assert.Equal("k3y", request.Headers["x-functions-key"]);
        Assert.Equal("once", request.Headers["Idempotency-Key"]);
        Assert.Equal("cli", request.Headers["X-AgentEval-Initiator"]);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Control_WithoutBody_SendsLengthZero(string order)
    {
        _service.On($"POST /api/runs/run-1/{order}", new FakeAnswer(202));

        await (order switch
        {
            "start" => _client.StartRunAsync("run-1"),
            "cancel" => _client.CancelRunAsync("run-1"),
            "pause" => _client.PauseRunAsync("run-1"),
            _ => _client.ResumeRunAsync("run-1"),
        });

        Assert.Equal(0, _service.Single("POST").ContentLength);
    }

    [Fact]
    public async Task ListRuns_WithQuery_EscapesItAndReadsThePage()
    {
        _service.On(
            "GET /api/runs?agent=a%26b&status=completed&from=2026-01-02T03%3A04%3A05.0000000%2B00%3A00&top=2&cursor=x%3D%3D",
            FakeAnswer.Json(new { items = Array.Empty<RunListItem>(), cursor = "next" }));

        var page = await _client.ListRunsAsync(
            new RunQuery { Agent = "a&b", Status = RunStatus.Completed, From = SampleRuns.Start, Top = 2, Cursor = "x==" });

        Assert.Empty(page.Items);
        Assert.Equal("next", page.Cursor);
    }

    [Fact]
    public async Task GetRun_Unfinished_HasAViewAndNoResult()
    {
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(SampleRuns.Running(completed: 2)));

        var run = await _client.GetRunAsync("run-1");

        Assert.False(run.IsFinished);
        Assert.Null(run.Result);
        Assert.Equal(2, run.Progress.Completed);
    }

    [Fact]
    public async Task GetRun_Finished_HasTheResultAndTheProgressBesideIt()
    {
        var document = AsFinishedDocument(SampleRuns.Finished(Verdict.Inconclusive));
        _service.On("GET /api/runs/run-1", FakeAnswer.Json(document));

        var run = await _client.GetRunAsync("run-1");

        Assert.True(run.IsFinished);
        Assert.Equal(Verdict.Inconclusive, run.Result!.Verdict);
        Assert.Equal(0.75, run.Result.Metrics.Scenario.PassRate);
        Assert.Equal(4, run.Progress.Completed);
    }

    [Fact]
    public async Task AnyRequest_RefusedWithAProblem_ThrowsItWithAllErrors()
    {
        var problem = new ApiProblem { Title = "Bad request", Status = 400, Errors = [new Problem("suite", "required", "Name a suite.")] };
        _service.On("POST /api/runs", FakeAnswer.Problem(problem, 400));

        var e = await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.CreateRunAsync(Submission()));

        Assert.Equal(HttpStatusCode.BadRequest, e.Status);
        Assert.False(e.IsTransient);
        Assert.Equal("suite", Assert.Single(e.Problem.Errors!).Path);
    }

    [Fact]
    public async Task AnyRequest_RefusedWithoutBody_TellsTheStatus()
    {
        _service.On("GET /api/runs", new FakeAnswer(401));

        var e = await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.ListRunsAsync());

        Assert.Equal(HttpStatusCode.Unauthorized, e.Status);
        Assert.Contains("key", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyRequest_TooMany_IsTransientAndSaysWhenToComeBack()
    {
        _service.On("POST /api/runs", new FakeAnswer(429, "<html>", "text/html") { RetryAfter = TimeSpan.FromSeconds(30) });

        var e = await Assert.ThrowsAsync<AgentEvalApiException>(() => _client.CreateRunAsync(Submission()));

        Assert.True(e.IsTransient);
        Assert.Equal(TimeSpan.FromSeconds(30), e.RetryAfter);
    }

    [Fact]
    public async Task AnyRequest_NobodyListens_IsAConnectionTrouble()
    {
        using var client = AgentEvalClient.Create(UnusedUrl());

        var e = await Assert.ThrowsAsync<AgentEvalConnectionException>(() => client.GetHealthAsync());

        Assert.IsType<HttpRequestException>(e.InnerException);
    }

    [Fact]
    public async Task AnyRequest_AnotherServiceAnswers_IsAConnectionTrouble()
    {
        _service.On("GET /api/health", new FakeAnswer(200, "<html>hello</html>", "text/html"));

        await Assert.ThrowsAsync<AgentEvalConnectionException>(() => _client.GetHealthAsync());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "version": null, "activeRuns": [], "workers": [], "circuits": [], "quotas": null, "queueLength": 0 }""")]
    public async Task AnyRequest_AnotherServiceAnswersInJson_IsAConnectionTrouble(string body)
    {
        _service.On("GET /api/status", new FakeAnswer(200, body));

        var trouble = await Assert.ThrowsAsync<AgentEvalConnectionException>(() => _client.GetStatusAsync());

        Assert.Contains("is it AgentEval?", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_ServerWithApiPath_UsesItsRoot()
    {
        _service.On("GET /api/health", FakeAnswer.Json(new HealthView("ok", "1.0")));
        using var client = AgentEvalClient.Create(new Uri(_service.Url, "api/"));

        Assert.Equal("1.0", (await client.GetHealthAsync()).Version);
    }

    [Fact]
    public async Task ValidateRun_Refused_IsAViewWithTheChecks()
    {
        var problem = new ApiProblem
        {
            Title = "Refused",
            Status = 422,
            Errors = [new Problem("agent.url", "endpointRefused", "It is private.")],
            Checks = new Dictionary<string, CheckOutcome> { ["endpoint"] = CheckOutcome.Error },
        };
        _service.On("POST /api/runs/validate", FakeAnswer.Problem(problem, 422));

        var view = await _client.ValidateRunAsync(Submission());

        Assert.False(view.IsValid);
        Assert.Equal(CheckOutcome.Error, view.Checks["endpoint"]);
    }

    [Fact]
    public async Task GetTrace_AfterASequence_ReadsTheEventsInOrder()
    {
        _service.On("GET /api/runs/run-1/trials/a~1/trace?after=3", new FakeAnswer(200, """
            {"seq":4,"at":"2026-01-01T00:00:00Z","type":"agentRequest","attempt":1,"text":"hello"}
            {"seq":5,"at":"2026-01-01T00:00:01Z","type":"agentResponse","attempt":1,"text":"hi"}

            """, "application/x-ndjson"));

        var events = new List<TraceEvent>();
        await foreach (var item in _client.GetTraceAsync("run-1", "a~1", after: 3))
        {
            events.Add(item);
        }

        Assert.Equal([4, 5], events.Select(item => item.Seq));
        Assert.Equal(TraceEventType.AgentResponse, events[1].Type);
    }

    [Fact]
    public async Task GetReport_OfAFormat_GivesItsBytes()
    {
        _service.On("GET /api/runs/run-1/report?format=junit", new FakeAnswer(200, "<testsuites/>", "application/xml"));

        var report = await _client.GetReportAsync("run-1", ReportFormat.Junit);

        Assert.Equal("<testsuites/>"u8.ToArray(), report);
    }

    [Fact]
    public async Task Suites_NameWithASlash_StaysOneSegment()
    {
        _service.On("GET /api/suites/a%2Fb/versions/1.0.0", FakeAnswer.Json(new JsonObject { ["suite"] = "a/b" }));

        var suite = await _client.GetSuiteAsync("a/b", "1.0.0");

        Assert.Equal("a/b", (string?)suite["suite"]);
    }

    internal static JsonObject AsFinishedDocument(RunResult result)
    {
        var document = System.Text.Json.JsonSerializer.SerializeToNode(result, Core.Json.AgentEvalJson.Options)!.AsObject();
        document["progress"] = System.Text.Json.JsonSerializer.SerializeToNode(
            new RunProgress { Total = 4, Completed = 4, Percent = 100 }, Core.Json.AgentEvalJson.Options);
        document["createdAt"] = "2026-01-01T00:00:00Z";
        document["queuePosition"] = null;
        return document;
    }

    private static Uri UnusedUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
