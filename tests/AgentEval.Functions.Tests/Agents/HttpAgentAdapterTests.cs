using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Tests.Trials;

namespace AgentEval.Functions.Tests.Agents;

public sealed class HttpAgentAdapterTests
{
    [Fact]
    public async Task Send_DefaultRequest_PostsMessageAndSession()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hi"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Headers = new Dictionary<string, string> { ["X-Session"] = "is {{session}}" } } };

        var reply = await bench.Open().SendAsync(AgentMessage.User("hello"), CancellationToken.None);

        Assert.Equal("hi", reply.Text);
        Assert.Equal("""{"message":"hello","session":"s1"}""", agent.Requests[0].Body);
        Assert.Equal("is s1", agent.Requests[0].Headers["X-Session"]);
        Assert.Equal("application/json", agent.Requests[0].Headers["Content-Type"]);
        Assert.False(agent.Requests[0].Headers.ContainsKey("Cookie"));
    }

    [Theory]
    [InlineData("""{ "reply": "x", "usage": { "inputTokens": 1, "outputTokens": 2 } }""", 1L, 2L)]
    [InlineData("""{ "reply": "x", "usage": { "prompt_tokens": 3, "completion_tokens": 4 } }""", 3L, 4L)]
    [InlineData("""{ "reply": "x", "usage": { "prompt_tokens": -3, "completion_tokens": "4" } }""", null, null)]
    [InlineData("""{ "reply": "x" }""", null, null)]
    public async Task Send_Usage_IsReadInBothNamings(string body, long? input, long? output)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var reply = await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        Assert.Equal((input, output), (reply.InputTokens, reply.OutputTokens));
    }

    [Theory]
    [InlineData("""{ "reply": { "a": 1 } }""", """{"a":1}""")]
    [InlineData("""{ "reply": 7 }""", "7")]
    [InlineData("""{ "reply": ["a", "b"] }""", "ab")]
    [InlineData("""{ "reply": "" }""", "")]
    public async Task Send_OutputOfAnyType_IsText(string body, string expected)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        Assert.Equal(expected, (await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None)).Text);
    }

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("null", 0)]
    [InlineData("\"lookup_order\"", 1)]
    [InlineData("""[{ "name": "a" }, { "tool": "b" }]""", 2)]
    [InlineData("""[[{ "name": "a" }], [], [{ "function": { "name": "b" } }, "c"]]""", 3)]
    public async Task Send_ReportedTools_AreReadHoweverTheyAreListed(string tools, int count)
    {
        await using var agent = new FakeAgent(new FakeAnswer($$"""{ "reply": "x", "tools": {{tools}} }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = new HttpAgentResponse { Output = "$.reply", ToolCalls = "$.tools" } } };

        Assert.Equal(count, (await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None)).ReportedToolCalls.Count);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("""[{ "name": "a" }, { "called": "b" }]""")]
    public async Task Send_ReportedToolsThatAreNone_IsAnErrorThatNamesThem(string tools)
    {
        await using var agent = new FakeAgent(new FakeAnswer($$"""{ "reply": "x", "tools": {{tools}} }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = new HttpAgentResponse { Output = "$.reply", ToolCalls = "$.tools" } } };

        var failure = await Assert.ThrowsAsync<AgentException>(() => bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None));

        Assert.Equal(AgentErrorCodes.Answer, failure.Code);
        Assert.Contains("at '$.tools', which is no tool call", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "reply": 1e999999 }""", "cannot be recorded")]
    [InlineData("""{ "reply": "a", "reply": "b" }""", "is JSON that cannot be recorded: a member stands twice")]
    [InlineData("\"\\ud800\"", "is JSON that cannot be recorded")]
    [InlineData("<html>", "is not JSON")]
    public async Task Send_AnswerThatCannotBeRecorded_SaysWhy(string body, string problem)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) };

        var failure = await Assert.ThrowsAsync<AgentException>(() => bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None));

        Assert.Contains(problem, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.all[-1].text", "last")]
    [InlineData("$.all[0,-1].text", null)]
    public async Task Send_PathFromTheEnd_IsFollowedOrToldAsTheAnswersFault(string path, string? expected)
    {
        await using var agent = new FakeAgent(new FakeAnswer("""{ "all": [{ "text": "first" }, { "text": "last" }] }"""));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = new HttpAgentResponse { Output = path } } };
        var asked = bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        if (expected is not null)
        {
            Assert.Equal(expected, (await asked).Text);
        }
        else
        {
            Assert.Contains("cannot be followed", (await Assert.ThrowsAsync<AgentException>(() => asked)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{ "reply": null, "tools": [{ "name": "lookup_order" }] }""", true)]
    [InlineData("""{ "answer": "hi", "tools": [{ "name": "lookup_order" }] }""", false)]
    [InlineData("""{ "reply": null, "tools": [] }""", false)]
    public async Task Send_ToolsWithoutOutput_IsAnAnswerOnlyWhereItsPlaceIsThere(string body, bool isAnswer)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body));
        var response = new HttpAgentResponse { Output = "$.reply", ToolCalls = "$.tools" };
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = response } };
        var asked = bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        if (isAnswer)
        {
            Assert.Equal(("", 1), ((await asked).Text, (await asked).ReportedToolCalls.Count));
        }
        else
        {
            Assert.Contains("nothing at '$.reply'", (await Assert.ThrowsAsync<AgentException>(() => asked)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Send_NoOutputPath_TakesTheWholeBody()
    {
        await using var agent = new FakeAgent(new FakeAnswer("plain words", ContentType: "text/plain"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Response = new HttpAgentResponse() } };

        var reply = await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        Assert.Equal(("plain words", null, false), (reply.Text, reply.Raw, reply.Truncated));
    }

    [Theory]
    [InlineData(AgentAuthType.Bearer, null, "Authorization", "Bearer s3cr3t")]
    [InlineData(AgentAuthType.ApiKey, null, "X-Api-Key", "s3cr3t")]
    [InlineData(AgentAuthType.ApiKey, "Api-Token", "Api-Token", "s3cr3t")]
    [InlineData(AgentAuthType.Header, "X-Auth", "X-Auth", "s3cr3t")]
    public async Task Send_Auth_IsAHeader(AgentAuthType type, string? header, string name, string value)
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hi"));
        using var bench = new TrialBench
        {
            Agent = TrialBench.HttpAgent(agent.Url) with { Auth = new AgentAuth(type, "env:AGENTEVAL_SECRET_A", header) },
            Secrets = { ["AGENTEVAL_SECRET_A"] = "s3cr3t" },
        };

        await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        Assert.Equal(value, agent.Requests[0].Headers[name]);
    }

    [Fact]
    public async Task SideCall_OtherHost_GetsNoCredentials()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hi"));
        await using var other = new FakeAgent(new FakeAnswer("{}"));
        using var bench = new TrialBench
        {
            Time = new FakeTime(),
            Agent = TrialBench.HttpAgent(agent.Url) with { MetricsUrl = other.Url, Auth = new AgentAuth(AgentAuthType.Bearer, "env:AGENTEVAL_SECRET_A", null) },
            Secrets = { ["AGENTEVAL_SECRET_A"] = "s3cr3t" },
        };

        await bench.RunAsync();

        Assert.False(Assert.Single(other.Requests).Headers.ContainsKey("Authorization"));
        Assert.True(Assert.Single(agent.Requests).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Send_HeaderWithALineBreak_IsNotSent()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hi"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(agent.Url) with { Headers = new Dictionary<string, string> { ["X-In"] = "{{input}}" } } };

        await Assert.ThrowsAsync<AgentException>(() => bench.Open().SendAsync(AgentMessage.User("a\r\nX-Evil: 1"), CancellationToken.None));

        Assert.Empty(agent.Requests);
    }

    [Fact]
    public async Task Conversation_TwoUrls_StaysWhereItBegan()
    {
        await using var one = new FakeAgent(FakeAnswer.Reply("1"));
        await using var two = new FakeAgent(FakeAnswer.Reply("2"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(one.Url, two.Url) };
        var conversation = bench.Open();

        for (var turn = 0; turn < 4; turn++)
        {
            await conversation.SendAsync(AgentMessage.User("x"), CancellationToken.None);
        }

        Assert.Equal((4, 0), (Math.Max(one.Requests.Count, two.Requests.Count), Math.Min(one.Requests.Count, two.Requests.Count)));
    }

    [Fact]
    public async Task Trial_FirstUrlIsDead_GoesOnAtTheOther()
    {
        await using var alive = new FakeAgent(FakeAnswer.Reply("hi"));
        using var bench = new TrialBench { Agent = TrialBench.HttpAgent(FakeAgent.DeadUrl(), alive.Url) };

        Assert.Equal("hi", (await bench.RunAsync()).Trial.Output);
    }

    [Fact]
    public async Task Send_Body_KeepsJsonTypes()
    {
        await using var agent = new FakeAgent(FakeAnswer.Reply("hi"));
        using var bench = new TrialBench
        {
            Agent = TrialBench.HttpAgent(agent.Url) with
            {
                Model = "m1",
                Settings = new JsonObject { ["temperature"] = 0 },
                Request = new HttpAgentRequest { Method = "PUT", Body = JsonNode.Parse("""{ "t": "{{settings.temperature}}", "s": "{{seed}}", "m": ["{{model}}"] }""")! },
            },
        };

        await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        Assert.Equal(("PUT", """{"t":0,"s":7,"m":["m1"]}"""), (agent.Requests[0].Method, agent.Requests[0].Body));
    }
}
