using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Trials;

public sealed class TrialToolTests
{
    private static readonly SimulatedTool LookUp = new("lookup_order", "Finds an order.", new JsonObject { ["type"] = "object" },
    [
        new SimulatedResponse { When = new JsonObject { ["orderId"] = "A-17" }, Return = new JsonObject { ["status"] = "shipped" } },
        new SimulatedResponse { When = new JsonObject { ["orderId"] = "slow" }, Return = "late", DelaySeconds = 3 },
        new SimulatedResponse { When = new JsonObject { ["orderId"] = "broken" }, Return = new JsonObject { ["status"] = "shipped" }, Malformed = true },
        new SimulatedResponse { When = new JsonObject { ["orderId"] = "gone" }, FailError = "not found" },
    ]);

    [Fact]
    public async Task ToolCall_IsPlayedAndTheTurnGoesOn()
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("lookup_order", """{"orderId":"A-17","verbose":true}"""), FakeAnswer.Chat("It is shipped."));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url), Tools = [LookUp] };

        var outcome = await bench.RunAsync();

        Assert.Equal("TrialStarted AgentRequest AgentResponse ToolCall ToolResult AgentRequest AgentResponse TrialFinished", bench.Sink.Events.Types());
        Assert.Equal("It is shipped.", outcome.Trial.Output);
        Assert.Equal("toolCalls", bench.Sink.Events[2].Code);
        Assert.Equal(1, (int)bench.Sink.Events[5].Data!["toolResults"]!);
        Assert.Null(bench.Sink.Events[5].Text);
        var sent = agent.Requests[1].Json["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "tool"], sent.Select(message => (string)message!["role"]!));
        Assert.Equal("""{"status":"shipped"}""", (string)sent[2]!["content"]!);
        Assert.Equal("call_1", (string)sent[2]!["tool_call_id"]!);
        Assert.Equal("call_1", (string)sent[1]!["tool_calls"]![0]!["id"]!);
        Assert.Equal("lookup_order", (string)agent.Requests[0].Json["tools"]![0]!["function"]!["name"]!);
    }

    [Theory]
    [InlineData("gone", """{"error":"not found"}""")]
    [InlineData("slow", "late")]
    [InlineData("broken", """{"status":""")]
    [InlineData("unheard", """{"error":"The tool 'lookup_order' has no response for these arguments."}""")]
    public async Task ToolResponses_AnswerAsTheSuiteSays(string orderId, string answered)
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("lookup_order", new JsonObject { ["orderId"] = orderId }.ToJsonString()), FakeAnswer.Chat("ok"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url), Tools = [LookUp] };

        await bench.RunAsync();

        Assert.StartsWith(answered, (string)agent.Requests[1].Json["messages"]![2]!["content"]!, StringComparison.Ordinal);
        Assert.Equal(orderId == "slow" ? [TimeSpan.FromSeconds(3)] : [], bench.Time.Jumps);
    }

    [Fact]
    public async Task UnknownTool_IsADeviationAndAnErrorResult()
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("delete_all", "not json"), FakeAnswer.Chat("sorry"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url), Tools = [LookUp] };

        var outcome = await bench.RunAsync();

        Assert.Equal("unexpectedTool", Assert.Single(outcome.Trial.Deviations).Code);
        Assert.Contains("There is no tool", (string)agent.Requests[1].Json["messages"]![2]!["content"]!, StringComparison.Ordinal);
        Assert.Equal("not json", (string)bench.Sink.Events.Of(TraceEventType.ToolCall)[0].Arguments!);
    }

    [Fact]
    public async Task EndlessToolLoop_EndsInError()
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("lookup_order", "{}"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url), Tools = [LookUp] };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.Error, "toolLoop"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal(21, agent.Requests.Count);
        Assert.Equal(20, outcome.Trial.ToolCalls);
    }

    [Fact]
    public async Task ReportedToolCalls_AreRecordedNotPlayed()
    {
        await using var agent = new FakeAgent(new FakeAnswer(
            """{ "reply": "done", "tools": [ { "name": "lookup_order", "arguments": { "orderId": "A-17" }, "result": { "status": "lost" } }, { "tool": "sudo" } ] }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url), Tools = [LookUp] };

        var outcome = await bench.RunAsync();

        Assert.Equal("TrialStarted AgentRequest ToolCall ToolResult ToolCall Deviation AgentResponse TrialFinished", bench.Sink.Events.Types());
        Assert.All(bench.Sink.Events.Of(TraceEventType.ToolCall), item => Assert.True(item.Reported));
        Assert.Single(agent.Requests);
        Assert.Equal(2, outcome.Trial.ToolCalls);
    }

    [Fact]
    public async Task Injections_AppearAtEveryPoint()
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("lookup_order", """{"orderId":"A-17"}"""), FakeAnswer.Chat("ok"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) with { SystemPrompt = "You help." }, Tools = [LookUp] };
        bench.Scenario = bench.Scenario with
        {
            Injections =
            [
                new Injection(InjectionPoint.SystemPrompt, null, "inject-system"),
                new Injection(InjectionPoint.UserTurn, null, "inject-user {{seed}}"),
                new Injection(InjectionPoint.Document, null, "inject-document"),
                new Injection(InjectionPoint.ToolResult, "lookup_order", "inject-tool"),
                new Injection(InjectionPoint.ToolResult, "other_tool", "inject-never"),
            ],
        };

        var outcome = await bench.RunAsync();

        var messages = agent.Requests[1].Json["messages"]!.AsArray();
        Assert.Equal("You help.\n\ninject-system", (string)messages[0]!["content"]!);
        Assert.Equal("hello\n\ninject-user 42\n\n<document>\ninject-document\n</document>", (string)messages[1]!["content"]!);
        Assert.Equal("""{"status":"shipped","note":"inject-tool"}""", (string)messages[3]!["content"]!);
        Assert.Equal(["systemPrompt", "userTurn", "document", "toolResult"], bench.Sink.Events.Of(TraceEventType.Injection).Select(item => item.Point));
        Assert.Equal("hello\n\ninject-user 42", bench.Sink.Events.Of(TraceEventType.AgentRequest)[0].Text);
        Assert.Equal(4, outcome.Trial.Injections);
    }

    [Fact]
    public async Task SystemPromptInjection_AgentWithoutAPlaceForIt_ComesBeforeTheFirstTurn()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("ok"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("one", []), new Turn("two", [])], Injections = [new Injection(InjectionPoint.SystemPrompt, null, "obey")] };

        await bench.RunAsync();

        Assert.Equal(["obey\n\none", "two"], agent.Requests.Select(request => (string)request.Json["message"]!));
    }

    [Fact]
    public async Task ToolBudget_EndsTheTrialAtOnce()
    {
        await using var agent = new FakeAgent(FakeAnswer.ChatTool("lookup_order", "{}"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url), Tools = [LookUp] };
        bench.Scenario = bench.Scenario with { Budget = new TrialBudget { ToolCalls = 2 } };

        var outcome = await bench.RunAsync();

        Assert.Equal((TrialStatus.BudgetExceeded, "budgetExceeded"), (outcome.Trial.Status, outcome.Trial.Error!.Code));
        Assert.Equal(3, agent.Requests.Count);
    }

    [Fact]
    public async Task TokenBudget_EndsTheTrialAtOnce()
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat("one"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Turns = [new Turn("a", []), new Turn("b", []), new Turn("c", [])], Budget = new TrialBudget { Tokens = 20 } };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.BudgetExceeded, outcome.Trial.Status);
        Assert.Equal("The trial used 30 tokens; its budget is 20.", outcome.Trial.Error!.Message);
        Assert.Equal(2, agent.Requests.Count);
        Assert.Equal(1, bench.Sink.Events.Of(TraceEventType.Error)[0].Turn);
    }

    [Fact]
    public async Task CostBudget_EndsTheTrialAtOnce()
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat("one"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) with { Prices = new AgentPrices(1000, 2000) } };
        bench.Scenario = bench.Scenario with { Budget = new TrialBudget { CostUsd = 0.019m } };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.BudgetExceeded, outcome.Trial.Status);
        Assert.Equal(0.02m, outcome.Trial.Usage.CostUsd);
    }

    [Fact]
    public async Task SecondsBudget_EndsTheTrialAtOnceWithoutRetries()
    {
        var time = new FakeTime();
        await using var agent = new FakeAgent(_ =>
        {
            time.Advance(TimeSpan.FromSeconds(6));
            return new FakeAnswer("") { Hangs = true };
        });
        using var bench = new TrialBench { Time = time, Agent = TrialBench.HttpAgent(agent.Url) };
        bench.Scenario = bench.Scenario with { Budget = new TrialBudget { Seconds = 5 } };

        var outcome = await bench.RunAsync();

        Assert.Equal(TrialStatus.BudgetExceeded, outcome.Trial.Status);
        Assert.Single(agent.Requests);
    }
}
