using System.Diagnostics.CodeAnalysis;
using AgentEval.Core.Agents;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Trials;

/// <summary>A failing agent is data on the trial, never an exception.</summary>
public sealed class TrialFailureTests
{
    [Fact]
    public async Task DeadAgent_IsRetriedThenUnreachable()
    {
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(FakeAgent.DeadUrl()) };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "agentUnreachable"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal("TrialStarted AgentRequest Retry Retry Error TrialFinished", bench.Sink.Events.Types());
        Assert.Null(outcome.Trial.Score);
        Assert.Equal(("error", "agentUnreachable"), (bench.Sink.Events[^1].Name, bench.Sink.Events[^1].Code));
    }

    [Fact]
    public async Task ServerErrors_ThenAnAnswer_PassesWithBackOffRecorded()
    {
        await using var agent = new FakeAgent(new FakeAnswer("oops", 500), new FakeAnswer("", 503), FakeAnswer.Reply("ok"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
        var retries = bench.Sink.Events.Of(TraceEventType.Retry);
        Assert.Equal(["agentStatus", "agentStatus"], retries.Select(item => item.Code));
        Assert.InRange(retries[0].Seconds!.Value, 2, 2.5);
        Assert.InRange(retries[1].Seconds!.Value, 4, 5);
        Assert.Equal(3, outcome.Trial.AgentCalls);
        Assert.Equal(retries.Select(item => item.Seconds!.Value), bench.Time.Jumps.Select(jump => Math.Round(jump.TotalSeconds, 3)));
    }

    [Fact]
    public async Task Jitter_SameSeed_GivesTheSameDelays()
    {
        var delays = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            using var bench = new TrialBench { Agent = TrialBench.HttpAgent(FakeAgent.DeadUrl()) };
            await bench.RunAsync();
            delays.Add(string.Join(' ', bench.Sink.Events.Of(TraceEventType.Retry).Select(item => item.Seconds)));
        }

        Assert.Equal(delays[0], delays[1]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task ClientErrors_AreNotRetried(int status)
    {
        await using var agent = new FakeAgent(new FakeAnswer("""{ "error": "bad order id" }""", status));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Single(agent.Requests);
        Assert.Equal((TrialStatus.Error, "agentStatus"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal($"The agent answered with status {status}: bad order id", outcome.Trial.Error.Message);
    }

    [Fact]
    public async Task TooManyRequests_WaitsAsLongAsTheAgentAsks()
    {
        await using var agent = new FakeAgent(new FakeAnswer("slow down", 429) { Headers = { ["Retry-After"] = "30" } }, FakeAnswer.Reply("ok"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
        Assert.Equal(30, Assert.Single(bench.Sink.Events.Of(TraceEventType.Retry)).Seconds);
    }

    [Fact]
    public async Task TooManyRequests_WaitLongerThanTheTrial_GivesUpAtOnce()
    {
        await using var agent = new FakeAgent(new FakeAnswer("tomorrow", 429) { Headers = { ["Retry-After"] = "86400" } });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "agentStatus"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Empty(bench.Sink.Events.Of(TraceEventType.Retry));
    }

    [Fact]
    public async Task HtmlAnswer_IsNamedWithStatusTypeAndStart()
    {
        await using var agent = new FakeAgent(new FakeAnswer("<html>\n<h1>Sign in</h1></html>", 200, "text/html"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("agentAnswer", outcome.Trial.Error!.Code);
        Assert.Equal("The agent's answer is not JSON: status 200, text/html, \"<html> <h1>Sign in</h1></html>\".", outcome.Trial.Error.Message);
        Assert.Single(agent.Requests);
    }

    [Theory]
    [InlineData("""{ "reply": "cut of""")]
    [InlineData("""{ "reply": "a", "reply": "b" }""")]
    [InlineData("""{ "reply": "\ud800" }""")]
    [InlineData("""{ "reply": 1e999999999999 } x""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{ "other": "a" }""")]
    public async Task BrokenAnswer_IsAnError([StringSyntax(StringSyntaxAttribute.Json)] string body)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "agentAnswer"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
    }

    [Fact]
    public async Task DeeplyNestedAnswer_IsAnError()
    {
        await using var agent = new FakeAgent(new FakeAnswer(new string('[', 100_000)));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        Assert.Equal("agentAnswer", (await bench.RunAsync()).Trial.Error!.Code);
    }

    [Fact]
    public async Task EndlessAnswer_IsNotReadToItsEnd()
    {
        const int Megabytes = 64;
        await using var agent = new FakeAgent(new FakeAnswer("", ContentType: "text/html") { Bytes = new byte[Megabytes * 1024 * 1024].Select(_ => (byte)'x').ToArray() });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("agentAnswer", outcome.Trial.Error!.Code);
        Assert.StartsWith("The agent's answer is larger than what is read of it: status 200, text/html", outcome.Trial.Error.Message, StringComparison.Ordinal);
        Assert.True(agent.BytesSent < Megabytes * 1024 * 1024 / 2, $"{agent.BytesSent} bytes were sent");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnswerThatBreaksOff_AfterMoreThanIsKept_IsCutAndMarkedAndNotRetried(bool chat)
    {
        var text = string.Concat(Enumerable.Repeat("a \"ü\" 😀\n", 40));
        var answer = (chat ? FakeAnswer.Chat(text) : FakeAnswer.Reply(text)) with { Cut = true };
        await using var agent = new FakeAgent(answer);
        var spec = chat ? TrialBench.ChatAgent(agent.Url) : TrialBench.HttpAgent(agent.Url);
        using var bench = new TrialBench { Agent = spec with { Response = spec.Response with { ToolCalls = null }, Limits = new AgentLimits { MaxOutputBytes = 20 } } };

        var outcome = await bench.RunAsync();

        Assert.Null(outcome.Trial.Error);
        Assert.Equal(("a \"ü\" 😀\na \"ü\" ", true), (outcome.Trial.Output, outcome.Trial.OutputTruncated));
        Assert.Empty(bench.Sink.Events.Of(TraceEventType.Retry));
        Assert.Single(agent.Requests);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("$.calls", "agentAnswer")]
    public async Task AnswerLargerThanIsRead_IsCutUnlessItsToolCallsAreUnknown(string? toolCalls, string? error)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply(new string('x', 3 * 1024 * 1024)));
        var spec = TrialBench.HttpAgent(agent.Url);
        using var bench = new TrialBench { Agent = spec with { Response = spec.Response with { ToolCalls = toolCalls } } };

        var outcome = await bench.RunAsync();

        Assert.Equal(error, outcome.Trial.Error?.Code);
        Assert.Equal(error is null ? 51_200 : null, outcome.Trial.Output?.Length);
        Assert.Equal(error is null, outcome.Trial.OutputTruncated);
        Assert.Empty(bench.Sink.Events.Of(TraceEventType.Retry));
    }

    [Theory]
    [InlineData("$.reply", "$.error", """{"error":"no","reply":" """)]
    [InlineData("$.all[-1:].text", null, """{"all":[{"text":"first"},{"text":" """)]
    [InlineData("$..text", null, """{"text":" """)]
    public async Task AnswerLargerThanIsRead_MayHoldAnErrorOrAnotherOutput_IsNoResult(string output, string? error, string start)
    {
        await using var agent = new FakeAgent(new FakeAnswer(start + new string('x', 3 * 1024 * 1024)));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = new HttpAgentResponse { Output = output, Error = error } } };

        Assert.Equal("agentAnswer", (await bench.RunAsync()).Trial.Error?.Code);
    }

    [Fact]
    public async Task BrokenReset_IsNotTakenForDone()
    {
        await using var agent = new FakeAgent(request => request.Path == "/reset" ? new FakeAnswer("""{ "done": true }""") { Cut = true } : FakeAnswer.Reply("hi"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { ResetUrl = new Uri(agent.Url, "/reset") } };

        Assert.Equal("resetFailed", (await bench.RunAsync()).Trial.Error!.Code);
    }

    [Fact]
    public async Task CutConnection_IsRetried()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("a long answer") with { Cut = true }, FakeAnswer.Reply("whole"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("whole", outcome.Trial.Output);
        Assert.Equal("agentUnreachable", Assert.Single(bench.Sink.Events.Of(TraceEventType.Retry)).Code);
    }

    [Fact]
    public async Task ErrorPath_IsTheAgentsOwnFailure()
    {
        await using var agent = new FakeAgent(new FakeAnswer("""{ "reply": "half", "error": { "code": 7 } }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("agentError", outcome.Trial.Error!.Code);
        Assert.Contains("""{"code":7}""", outcome.Trial.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HangingAgent_EndsAsTimeoutAfterTheRetries()
    {
        var time = new FakeTime { JumpUpTo = TimeSpan.FromSeconds(10) };
        await using var agent = new FakeAgent(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(121));
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Time = time, Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Timeout, "timeout"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal("The agent did not answer in 120 s.", outcome.Trial.Error.Message);
        Assert.Equal(3, agent.Requests.Count);
        Assert.Equal(["timeout", "timeout"], bench.Sink.Events.Of(TraceEventType.Retry).Select(item => item.Code));
    }

    [Fact]
    public async Task HangingAgent_OwnTimeoutWinsOverTheRuns()
    {
        var time = new FakeTime();
        await using var agent = new FakeAgent(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Time = time, Agent = TrialBench.HttpAgent(agent.Url) with { Limits = new AgentLimits { TimeoutSeconds = 5 } } };
        bench.Scenario = bench.Scenario with { Retries = 0 };

        var outcome = await bench.RunAsync();

        Assert.Equal("The agent did not answer in 5 s.", outcome.Trial.Error!.Message);
        Assert.Single(agent.Requests);
    }

    [Fact]
    public async Task SlowTrial_EndsAsTimeoutOfTheTrial()
    {
        var time = new FakeTime();
        await using var agent = new FakeAgent(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(31));
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Time = time, Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { TimeoutSeconds = 30 };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Timeout, "The trial did not end in 30 s."), (outcome.Trial.Status, outcome.Trial.Error!.Message));
    }

    [Fact]
    public async Task RunCancelled_TrialEndsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        await using var agent = new FakeAgent(_ =>
        {
            cancel.Cancel();
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync(cancel: cancel.Token);

        Assert.Equal((TrialStatus.Cancelled, "cancelled"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal("cancelled", bench.Sink.Events[^1].Name);
    }

    [Fact]
    public async Task RunCancelledBeforeTheStart_AgentIsNotCalled()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("x"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync(cancel: new CancellationToken(canceled: true));

        Assert.Equal(TrialStatus.Cancelled, outcome.Trial.Status);
        Assert.Empty(agent.Requests);
    }

    [Fact]
    public async Task HostStops_RethrowsAndLeavesNoResult()
    {
        using var stop = new CancellationTokenSource();
        await using var agent = new FakeAgent(_ =>
        {
            stop.Cancel();
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunAsync(stop: stop.Token));

        Assert.Equal("TrialStarted AgentRequest", bench.Sink.Events.Types());
    }

    [Fact]
    public async Task HostStops_AgentFailsWithIt_StillNoResult()
    {
        using var stop = new CancellationTokenSource();
        await using var agent = new FakeAgent(_ =>
        {
            stop.Cancel();
            return new FakeAnswer("", 400);
        });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunAsync(stop: stop.Token));

        Assert.Empty(bench.Sink.Events.Of(TraceEventType.Error));
    }

    [Fact]
    public async Task StorageFails_IsAnException()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("x"));
        using var bench = new TrialBench
        {
            Agent = TrialBench.HttpAgent(agent.Url),
            Sink = new RecordingSink { OnAppend = item => throw new IOException("disk") },
        };

        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
    }

    [Fact]
    public async Task InputOverTheLimit_IsAnErrorBeforeAnyCall()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("x"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Limits = new AgentLimits { MaxInputBytes = 5 } } };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("ääää", [])] };

        var outcome = await bench.RunAsync();

        Assert.Equal("inputTooLarge", outcome.Trial.Error!.Code);
        Assert.Contains("8 bytes", outcome.Trial.Error.Message, StringComparison.Ordinal);
        Assert.Empty(agent.Requests);
    }

    [Fact]
    public async Task OutputOverTheLimit_IsCutAtACharacterAndMarked()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("abc😀def"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Limits = new AgentLimits { MaxOutputBytes = 5 } } };

        var outcome = await bench.RunAsync();

        Assert.Equal(("abc", true), (outcome.Trial.Output, outcome.Trial.OutputTruncated));
    }

    [Fact]
    public async Task SecretEchoedInAnError_IsRedactedEverywhere()
    {
        await using var agent = new FakeAgent(request => new FakeAnswer($$"""{ "error": "no entry for {{request.Headers["Authorization"]}}" }""", 403));
        using var bench = new TrialBench
        {
            Agent = TrialBench.HttpAgent(agent.Url) with { Auth = new AgentAuth(AgentAuthType.Bearer, "env:AGENTEVAL_SECRET_X", null) },
            Secrets = { ["AGENTEVAL_SECRET_X"] = "s3cr3t-value" },
        };

        var outcome = await bench.RunAsync();

        Assert.Equal("Bearer s3cr3t-value", agent.Requests[0].Headers["Authorization"]);
        Assert.Equal("The agent answered with status 403: no entry for Bearer [secret]", outcome.Trial.Error!.Message);
    }

    [Fact]
    public async Task SecretMissing_IsAnErrorThatNamesTheReference()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("x"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Auth = new AgentAuth(AgentAuthType.Bearer, "env:AGENTEVAL_SECRET_X", null) } };

        var outcome = await bench.RunAsync();

        Assert.Equal("secretUnavailable", outcome.Trial.Error!.Code);
        Assert.Contains("env:AGENTEVAL_SECRET_X", outcome.Trial.Error.Message, StringComparison.Ordinal);
        Assert.Empty(agent.Requests);
    }

    [Fact]
    public async Task PrivateEndpoint_IsRefusedAtConnect()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("x"));
        using var bench = new TrialBench(allowPrivateEndpoints: false) { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("endpointRefused", outcome.Trial.Error!.Code);
        Assert.Empty(agent.Requests);
        Assert.Empty(bench.Sink.Events.Of(TraceEventType.Retry));
    }

    [Fact]
    public async Task ResetFails_TrialDoesNotStartInAnUnknownState()
    {
        await using var agent = new FakeAgent(new FakeAnswer("no", 404));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { ResetUrl = new Uri(agent.Url, "/reset") } };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "resetFailed"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal("POST /reset", string.Join(',', agent.Requests.Select(request => $"{request.Method} {request.Path}")));
    }

    [Fact]
    public async Task ResetAndMetrics_AreCalledAroundTheTrial()
    {
        await using var agent = new FakeAgent(request => request.Path == "/metrics"
            ? new FakeAnswer("""{ "cpuSeconds": 1.5, "name": "x", "calls": 2 }""") : FakeAnswer.Reply("hello"));
        using var bench = new TrialBench { Time = new FakeTime(), Agent = TrialBench.HttpAgent(agent.Url) with { ResetUrl = new Uri(agent.Url, "/reset"), MetricsUrl = new Uri(agent.Url, "/metrics") } };

        var outcome = await bench.RunAsync();

        Assert.Equal("POST /reset,POST /chat,GET /metrics", string.Join(',', agent.Requests.Select(request => $"{request.Method} {request.Path}")));
        Assert.Equal(new Dictionary<string, double> { ["cpuSeconds"] = 1.5, ["calls"] = 2 }, outcome.Trial.AgentMetrics);
    }

    [Fact]
    public async Task NoStateIsolation_DoesNotReset()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { ResetUrl = new Uri(agent.Url, "/reset") } };
        bench.Scenario = bench.Scenario with { State = StateIsolation.None };

        await bench.RunAsync();

        Assert.Equal("/chat", Assert.Single(agent.Requests).Path);
    }

    [Fact]
    public async Task MetricsFail_IsRecordedAndChangesNothing()
    {
        await using var agent = new FakeAgent(request => request.Path == "/metrics" ? new FakeAnswer("<html>", 500, "text/html") : FakeAnswer.Reply("hello"));
        using var bench = new TrialBench { Time = new FakeTime(), Agent = TrialBench.HttpAgent(agent.Url) with { MetricsUrl = new Uri(agent.Url, "/metrics") } };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
        Assert.Equal("agentStatus", Assert.Single(bench.Sink.Events.Of(TraceEventType.Usage)).Code);
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using var other = new FakeAgent(FakeAnswer.Reply("from elsewhere"));
        await using var agent = new FakeAgent(new FakeAnswer("", 307) { Headers = { ["Location"] = other.Url.AbsoluteUri } });
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var outcome = await bench.RunAsync();

        Assert.Equal("agentStatus", outcome.Trial.Error!.Code);
        Assert.Contains(other.Url.AbsoluteUri, outcome.Trial.Error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }
}
