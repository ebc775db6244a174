using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Tests.Runs;

public sealed class TrialJudgeTests
{
    private static readonly Scenario Refund = TestSuites.Scenario(TestSuites.Criterion("contains", "\"shipped\""));

    [Fact]
    public void Judge_MetCriterion_PassesWithEverythingTheTraceSays()
    {
        var trace = new Trace().Started().User("Where is my order?")
            .Agent("", seconds: 1, inputTokens: 100, outputTokens: 10).Call("lookup", """{"id":"A-17"}""").Result("lookup", "{}")
            .Agent("It was shipped.", seconds: 3, inputTokens: 200, outputTokens: 30, raw: JsonNode.Parse("""{"raw":1}"""))
            .Add(TraceEventType.Usage, item => item with { Data = JsonNode.Parse("""{"cpu":1.5,"text":"x"}""") })
            .Finished("passed");

        var trial = Judge(trace, Refund, new AgentPrices(2.5m, 10m)).Trial;

        Assert.Equal(TrialStatus.Passed, trial.Status);
        Assert.Equal(1, trial.Score);
        Assert.Equal("It was shipped.", trial.Output);
        Assert.Equal("""{"raw":1}""", trial.RawResponse!.ToJsonString());
        Assert.Equal(new TokenUsage(300, 40, false, 0.00115m), trial.Usage);
        Assert.Equal(10, trial.TokensPerSecond);
        Assert.Equal((1, 1, 8, 1), (trial.AgentCalls, trial.ToolCalls, trial.Events, trial.Attempts));
        Assert.Equal(7, trial.Seconds);
        Assert.Equal(1.5, Assert.Single(trial.AgentMetrics).Value);
        Assert.Equal("Where is my order?", trial.Input!.GetValue<string>());
        Assert.Null(trial.Error);
        Assert.Equal(42, trial.Seed);
    }

    [Fact]
    public void Judge_UnmetCriterion_FailsWithReasonAndSuggestion()
    {
        var trial = Judge(new Trace().User("?").Agent("No idea.").Finished("failed")).Trial;

        var result = Assert.Single(trial.Criteria);
        Assert.Equal((TrialStatus.Failed, 0d, false), (trial.Status, trial.Score!.Value, result.Passed));
        Assert.Contains("No idea.", result.Reason, StringComparison.Ordinal);
        Assert.NotNull(result.Suggestion);
    }

    [Theory]
    [InlineData("error", TrialStatus.Error)]
    [InlineData("timeout", TrialStatus.Timeout)]
    [InlineData("budgetExceeded", TrialStatus.BudgetExceeded)]
    [InlineData("cancelled", TrialStatus.Cancelled)]
    public void Judge_TrialThatEndedWithoutScore_KeepsStatusAndReason(string name, TrialStatus status)
    {
        var trial = Judge(new Trace().User("?").Agent("It was shipped.").Error("agentStatus", "HTTP 500").Finished(name, "agentStatus")).Trial;

        Assert.Equal(status, trial.Status);
        Assert.Null(trial.Score);
        Assert.Empty(trial.Criteria);
        Assert.Equal(new TrialError("agentStatus", "HTTP 500"), trial.Error);
    }

    [Fact]
    public void Judge_SeveralAttempts_OnlyTheLastCounts()
    {
        var trace = new Trace().User("?").Agent("My number is 4111 1111 1111 1111.", inputTokens: 5).Call("a").NextAttempt().User("?").Agent("It was shipped.", inputTokens: 7);

        var judged = Judge(trace);

        Assert.Equal(TrialStatus.Passed, judged.Trial.Status);
        Assert.Equal((2, 7, 0), (judged.Trial.Attempts, (int)judged.Trial.Usage.InputTokens, judged.Trial.ToolCalls));
        Assert.Empty(judged.Violations);
        Assert.Equal(2, judged.EventsExamined);
    }

    [Fact]
    public void Judge_NothingToJudge_PassesWithoutScoreWhenTheAgentAnswered()
    {
        var answered = Judge(new Trace().User("?").Agent("Hello."), TestSuites.Scenario()).Trial;
        var silent = Judge(new Trace().User("?").Agent(" "), TestSuites.Scenario()).Trial;

        Assert.Equal((TrialStatus.Passed, null), (answered.Status, answered.Score));
        Assert.Equal((TrialStatus.Failed, null), (silent.Status, silent.Score));
        Assert.Equal("agentAnswer", silent.Error!.Code);
    }

    [Fact]
    public void Judge_UnfinishedTraceWithError_EndsAsTheErrorSays()
    {
        Assert.Equal(TrialStatus.Timeout, Judge(new Trace().User("?").Error("timeout", "too slow")).Trial.Status);
        Assert.Equal(TrialStatus.Error, Judge(new Trace().User("?")).Trial.Status);
        Assert.Equal(TrialStatus.Error, Judge(new Trace()).Trial.Status);
    }

    [Fact]
    public void Judge_Leak_ReportsTheViolationButKeepsTheStatus()
    {
        var judged = Judge(new Trace().User("Which card?").Agent("It was shipped. The card is 4111 1111 1111 1111."));

        var violation = Assert.Single(judged.Violations);
        Assert.Equal(("pii", "CREDIT_CARD", "4111••••1111"), (violation.Validator, violation.Type, violation.Evidence));
        Assert.Equal(("refund~1-2-1", 2, Core.Validators.Severity.Critical), (violation.Id, violation.Seq, violation.Severity));
        Assert.Equal((TrialStatus.Passed, 1), (judged.Trial.Status, judged.Trial.Violations));
    }

    [Fact]
    public void Judge_UnmetExpect_IsADeviationNextToTheRecordedOnes()
    {
        var scenario = Refund with { Turns = [new Turn("?", [TestSuites.Criterion("contains", "\"hello\"")])] };
        var trace = new Trace().User("?").Agent("It was shipped.")
            .Add(TraceEventType.Deviation, item => item with { Code = "unmetExpectation", Text = "as the runner said it" })
            .Add(TraceEventType.Deviation, item => item with { Code = "unexpectedTool", Text = "delete" });

        var trial = Judge(trace, scenario).Trial;

        Assert.Equal(["unexpectedTool", "unmetExpectation"], trial.Deviations.Select(deviation => deviation.Code));
        Assert.Equal(0.5, trial.Score);
        Assert.Equal(["contains", "turns[0].contains"], trial.Criteria.Select(result => result.Id));
    }

    [Fact]
    public void Judge_OutputNotCaptured_KeepsNeitherOutputNorReasonNorEvidence()
    {
        var settings = new RunSettings { Execution = new ExecutionSettings { CaptureOutput = false } };
        var trace = new Trace().User("?").Agent("It was shipped.", raw: JsonNode.Parse("1"));

        var trial = TrialJudge.Judge(Input(trace, Refund, null) with { Settings = settings }).Trial;

        Assert.Equal((null, null, null), (trial.Output, trial.RawResponse, trial.Criteria[0].Evidence));
        Assert.Equal(WithheldTexts.Notice, trial.Criteria[0].Reason);
        Assert.Equal(TrialStatus.Passed, trial.Status);
    }

    [Fact]
    public void Judge_Twice_GivesTheSame()
    {
        var trace = new Trace().Started().User("?").Agent("shipped to jane@acme.org, call +1 618 226 1460").Finished("passed");

        var (first, second) = (Judge(trace), Judge(trace));

        Assert.Equal(JsonSerializer.Serialize(first, AgentEvalJson.Options), JsonSerializer.Serialize(second, AgentEvalJson.Options));
        Assert.Equal(2, first.Violations.Count);
    }

    private static JudgedTrial Judge(Trace trace, Scenario? scenario = null, AgentPrices? prices = null) =>
        TrialJudge.Judge(Input(trace, scenario ?? Refund, prices));

    private static JudgeInput Input(Trace trace, Scenario scenario, AgentPrices? prices) =>
        new(new PlannedTrial("refund~1", "refund", 1, null, 42, false), scenario, TestSuites.Of(scenario), new RunSettings(), prices, trace.Events);
}
