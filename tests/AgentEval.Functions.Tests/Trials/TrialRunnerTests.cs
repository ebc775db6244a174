using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Tests.Trials;

public sealed class TrialRunnerTests
{
    [Fact]
    public async Task Run_AnswerFits_PassesWithEverythingInTheTrace()
    {
        await using var agent = new FakeAgent(new FakeAnswer("""{ "reply": "hello you", "usage": { "inputTokens": 3, "outputTokens": 4 } }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Criteria = [TrialBench.Contains("hello")] };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
        Assert.Equal(1.0, outcome.Trial.Score);
        Assert.Equal("TrialStarted AgentRequest AgentResponse TrialFinished", bench.Sink.Events.Types());
        Assert.Equal([1, 2, 3, 4], bench.Sink.Events.Select(item => item.Seq));
        Assert.Equal(new TokenUsage(3, 4, false, null), outcome.Trial.Usage);
        var finished = bench.Sink.Events[^1];
        Assert.Equal(("passed", 1.0, null), (finished.Name, finished.Score, finished.Code));
        Assert.Equal("hello you", outcome.Trial.Output);
        Assert.NotNull(outcome.Trial.RawResponse);
    }

    [Fact]
    public async Task Run_AnswerDoesNotFit_FailsAndIsNotRetried()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("no"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Criteria = [TrialBench.Contains("hello")] };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Failed, outcome.Trial.Status);
        Assert.Equal("failed", bench.Sink.Events[^1].Name);
        Assert.Single(agent.Requests);
    }

    [Fact]
    public async Task Run_JudgedAgainFromTheStoredTrace_GivesTheSameTrial()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("my card is 4111 1111 1111 1111"), FakeAnswer.Reply("bye"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("hi", [TrialBench.Contains("card")]), new Turn("more", [TrialBench.Contains("x")])] };

        var outcome = await bench.RunAsync();

        var stored = bench.Sink.Events.Select(item => JsonSerializer.Deserialize<TraceEvent>(JsonSerializer.Serialize(item, AgentEvalJson.Options), AgentEvalJson.Options)!).ToList();
        var context = bench.Context();
        var again = TrialJudge.Judge(new JudgeInput(context.Planned, context.Scenario, context.Suite, context.Settings, null, stored));
        Assert.Equal(
            JsonSerializer.Serialize(outcome.Trial with { Events = 0 }, AgentEvalJson.Options), JsonSerializer.Serialize(again.Trial with { Events = 0 }, AgentEvalJson.Options));
        Assert.Equal(outcome.Violations, again.Violations);
        Assert.NotEmpty(again.Violations);
    }

    [Fact]
    public async Task Run_SeveralTurns_FlushesBetweenTurnsAndAtTheEnd()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("one"), FakeAnswer.Reply("two"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("a {{session}}", []), new Turn("b {{seed}}", [])] };

        var outcome = await bench.RunAsync();

        Assert.Equal([3, 6], bench.Sink.Flushes);
        Assert.Equal("two", outcome.Trial.Output);
        Assert.Equal("a run1.greets~1.1", bench.Sink.Events[1].Text);
        Assert.Equal("b 42", bench.Sink.Events[3].Text);
        Assert.Single(agent.Requests.Select(request => (string)request.Json["session"]!).Distinct());
    }

    [Fact]
    public async Task Run_UnmetExpectation_IsADeviationAndTheScriptGoesOn()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("one"), FakeAnswer.Reply("two"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("a", [TrialBench.Contains("three")]), new Turn("b", [TrialBench.Contains("two")])] };

        var outcome = await bench.RunAsync();

        var deviation = Assert.Single(bench.Sink.Events.Of(TraceEventType.Deviation));
        Assert.Equal(("unmetExpectation", 0), (deviation.Code, deviation.Turn));
        Assert.Equal(2, bench.Sink.Events.Of(TraceEventType.Evaluation).Count);
        Assert.Equal(2, outcome.Trial.AgentCalls);
        Assert.Equal(0.5, outcome.Trial.Score);
    }

    [Fact]
    public async Task Run_SecondAttempt_GoesOnNumberingInAnotherSession()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("one"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url), Attempt = 2, FirstSeq = 5 };

        await bench.RunAsync();

        Assert.Equal([5, 6, 7, 8], bench.Sink.Events.Select(item => item.Seq));
        Assert.All(bench.Sink.Events, item => Assert.Equal(2, item.Attempt));
        Assert.Equal("run1.greets~1.2", (string)agent.Requests[0].Json["session"]!);
    }

    [Fact]
    public async Task Run_ViolationInTheAnswer_IsRecordedWhileItRuns()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("my card is 4111 1111 1111 1111"), FakeAnswer.Reply("ok"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("a", []), new Turn("b", [])] };

        var outcome = await bench.RunAsync();

        var violation = Assert.Single(bench.Sink.Events.Of(TraceEventType.Violation));
        Assert.Equal(("pii", "CREDIT_CARD", 4), (violation.Name, violation.Code, violation.Seq));
        Assert.Equal(outcome.Violations.Single().Id, (string)violation.Data!["id"]!);
        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
    }

    [Fact]
    public async Task Run_NoTokensTold_EstimatesFourCharactersAToken()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("123456789"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Prices = new AgentPrices(1_000_000m, 2_000_000m) } };

        var outcome = await bench.RunAsync();

        Assert.Equal(new TokenUsage(2, 3, true, 8m), outcome.Trial.Usage);
        Assert.True(bench.Sink.Events[2].Estimated);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Run_OutputsNotToBeKept_AreNotKept(bool captureOutput, bool saveRawResponses)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hello"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Criteria = [TrialBench.Contains("hello")] };
        bench.Settings = bench.Settings with { Execution = bench.Settings.Execution with { CaptureOutput = captureOutput, SaveRawResponses = saveRawResponses } };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.Passed, outcome.Trial.Status);
        Assert.Equal(captureOutput ? "hello" : null, outcome.Trial.Output);
        Assert.Null(outcome.Trial.RawResponse);
        Assert.All(bench.Sink.Events.Of(TraceEventType.AgentResponse), item => Assert.Null(item.Data));
        Assert.Equal(captureOutput, bench.Sink.Events.Of(TraceEventType.AgentResponse).Single().Text == "hello");
        Assert.Equal(captureOutput, bench.Sink.Events[^1].Data is null);
    }

    [Theory]
    [InlineData(1, TrialStatus.Failed)]
    [InlineData(2, TrialStatus.Error)]
    public async Task Run_TextsWithheld_StoresNoneAndIsJudgedAsWithThem(int turns, TrialStatus status)
    {
        const string Said = "xyzzy card 4111 1111 1111 1111";
        await using var agent = new FakeAgent(request => request.Body.Contains("again", StringComparison.Ordinal)
            ? new FakeAnswer($$"""{ "error": "{{Said}}" }""", Status: 500)
            : new FakeAnswer($$"""{ "reply": "{{Said}}", "tools": [{ "name": "look", "id": "{{Said}}", "arguments": { "q": "{{Said}}" }, "result": "{{Said}}" }] }"""));

        var (open, withheld) = (await RunAsync(captureOutput: true), await RunAsync(captureOutput: false));

        Assert.Equal((status, status), (open.Trial.Status, withheld.Trial.Status));
        Assert.Equal(open.Trial.Score, withheld.Trial.Score);
        Assert.Equal(open.Violations.Select(each => (each.Id, each.Type, each.Severity)), withheld.Violations.Select(each => (each.Id, each.Type, each.Severity)));
        Assert.NotEmpty(withheld.Violations);

        async Task<TrialOutcome> RunAsync(bool captureOutput)
        {
            using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
            bench.Scenario = bench.Scenario with
            {
                Turns = [.. new[] { new Turn("once", [TrialBench.Contains("absent")]), new Turn("again", []) }.Take(turns)],
                Criteria = [TrialBench.Contains("card", "card"), TrialBench.Contains("gone", "gone")],
            };
            bench.Settings = bench.Settings with { Execution = bench.Settings.Execution with { CaptureOutput = captureOutput, Retries = 1 } };
            var outcome = await bench.RunAsync();
            var stored = JsonSerializer.Serialize(bench.Sink.Events, AgentEvalJson.Options);
            Assert.Equal((captureOutput, captureOutput), (stored.Contains("xyzzy", StringComparison.Ordinal), stored.Contains("4111", StringComparison.Ordinal)));
            var again = Judge(bench, stored);
            Assert.Equal(JsonSerializer.Serialize(outcome.Trial, AgentEvalJson.Options), JsonSerializer.Serialize(again.Trial, AgentEvalJson.Options));
            Assert.Equal(outcome.Violations, again.Violations);
            return outcome;
        }
    }

    private static JudgedTrial Judge(TrialBench bench, string stored)
    {
        var context = bench.Context();
        var events = JsonSerializer.Deserialize<List<TraceEvent>>(stored, AgentEvalJson.Options)!;
        return TrialJudge.Judge(new JudgeInput(context.Planned, context.Scenario, context.Suite, context.Settings, null, events));
    }

    [Fact]
    public async Task Run_TypeNotSpoken_EndsInErrorThatSaysSo()
    {
        using var bench = new TrialBench { Agent = new AgentSpec { Name = "bot", Type = AgentType.Grpc, Source = [] } };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "notAvailable"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
    }

    [Fact]
    public async Task Run_JsonInput_IsSentAsJsonAndItsFieldsByName()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("ok"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Request = new HttpAgentRequest { Body = JsonNode.Parse("""{ "all": "{{input}}", "id": "{{input.order.id}}", "text": "for {{input.order.id}}" }""")! } } };
        bench.Scenario = bench.Scenario with { Input = JsonNode.Parse("""{ "order": { "id": 17 } }"""), Turns = [new Turn("""{"order":{"id":17}}""", [])] };

        await bench.RunAsync();

        Assert.Equal("""{"all":{"order":{"id":17}},"id":17,"text":"for 17"}""", agent.Requests[0].Body);
    }
}
