using System.Text.Json.Nodes;
using AgentEval.Core.Suites;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Tests.Trials;

namespace AgentEval.Functions.Tests.Agents;

public sealed class OpenAiChatAgentAdapterTests
{
    [Theory]
    [InlineData("http://a.example", "http://a.example/v1/chat/completions")]
    [InlineData("http://a.example/", "http://a.example/v1/chat/completions")]
    [InlineData("http://a.example/v1/", "http://a.example/v1/chat/completions")]
    [InlineData("http://a.example/proxy", "http://a.example/proxy/v1/chat/completions")]
    [InlineData("http://a.example/v1/chat/completions", "http://a.example/v1/chat/completions")]
    [InlineData("https://a.example/openai/deployments/x/chat/completions?api-version=1", "https://a.example/openai/deployments/x/chat/completions?api-version=1")]
    public void CompletionsUrl_Url_EndsInThePath(string url, string expected) =>
        Assert.Equal(expected, OpenAiChatAgentAdapter.CompletionsUrl(new Uri(url)).AbsoluteUri);

    [Theory]
    [InlineData("maxTokens", "max_tokens")]
    [InlineData("max_tokens", "max_tokens")]
    [InlineData("temperature", "temperature")]
    [InlineData("topP", "top_p")]
    public void ProtocolName_Setting_IsSnakeCase(string name, string expected) => Assert.Equal(expected, OpenAiChatAgentAdapter.ProtocolName(name));

    [Fact]
    public async Task Send_FirstTurn_SendsModelSettingsPromptAndTools()
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat("hi"));
        using var bench = new TrialBench
        {
            Agent = TrialBench.ChatAgent(agent.Url) with
            {
                SystemPrompt = "You help.",
                Settings = JsonNode.Parse("""{ "maxTokens": 500, "seed": "{{seed}}", "stream": true, "messages": [] }""")!.AsObject(),
            },
            Tools = [new SimulatedTool("find", "Finds.", JsonNode.Parse("""{ "type": "object", "required": ["q"] }""")!.AsObject(), []), new SimulatedTool("ping", null, null, [])],
        };

        var reply = await bench.Open().SendAsync(AgentMessage.User("hello"), CancellationToken.None);

        Assert.Equal(("hi", 10L, 5L), (reply.Text, reply.InputTokens, reply.OutputTokens));
        Assert.Equal("/chat/v1/chat/completions", agent.Requests[0].Path);
        Assert.Equal(
            """{"max_tokens":500,"seed":7,"messages":[{"role":"system","content":"You help."},{"role":"user","content":"hello"}],"model":"m1","tools":[{"type":"function","function":{"name":"find","description":"Finds.","parameters":{"type":"object","required":["q"]}}},{"type":"function","function":{"name":"ping","parameters":{"type":"object","additionalProperties":true}}}]}""",
            agent.Requests[0].Body);
    }

    [Fact]
    public async Task Send_FailedCall_LeavesTheConversationAsItWas()
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat("one"), new FakeAnswer("no", 500), FakeAnswer.Chat("two"));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) };
        var conversation = bench.Open();

        await conversation.SendAsync(AgentMessage.User("a"), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<AgentException>(() => conversation.SendAsync(AgentMessage.User("b"), CancellationToken.None));
        await conversation.SendAsync(AgentMessage.User("b"), CancellationToken.None);

        Assert.True(failure.Retryable);
        Assert.Equal(agent.Requests[1].Body, agent.Requests[2].Body);
        Assert.Equal(["a", "one", "b"], agent.Requests[2].Json["messages"]!.AsArray().Select(message => (string)message!["content"]!));
    }

    [Theory]
    [InlineData("""{ "role": "assistant", "content": [ { "type": "text", "text": "a" }, { "type": "text", "text": "b" } ] }""", "ab")]
    [InlineData("""{ "role": "assistant", "content": null, "refusal": "I cannot." }""", "I cannot.")]
    [InlineData("""{ "role": "assistant" }""", "")]
    public async Task Send_ContentInAnyShape_IsText(string message, string expected)
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat(JsonNode.Parse(message)!.AsObject()));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) };

        Assert.Equal(expected, (await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None)).Text);
    }

    [Theory]
    [InlineData("""{ "error": { "message": "model overloaded" } }""", 200, "agentError", "model overloaded", false)]
    [InlineData("""{ "error": { "message": "model overloaded" } }""", 503, "agentStatus", "model overloaded", true)]
    [InlineData("""{ "choices": [] }""", 200, "agentAnswer", "choices[0].message", false)]
    [InlineData("[1]", 200, "agentAnswer", "choices[0].message", false)]
    [InlineData("oops", 200, "agentAnswer", "not JSON", false)]
    [InlineData("""{ "choices": [ { "message": "text" } ] }""", 200, "agentAnswer", "choices[0].message", false)]
    public async Task Send_Failure_SaysWhat(string body, int status, string code, string message, bool retryable)
    {
        await using var agent = new FakeAgent(new FakeAnswer(body, status));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) };

        var failure = await Assert.ThrowsAsync<AgentException>(() => bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None));

        Assert.Equal((code, retryable), (failure.Code, failure.Retryable));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_SeveralToolCallsSomeWithoutIds_AllCanBeAnswered()
    {
        await using var agent = new FakeAgent(FakeAnswer.Chat(JsonNode.Parse("""
            { "role": "assistant", "tool_calls": [ { "function": { "name": "a", "arguments": "{\"x\":1}" } }, { "id": "", "function": { "name": "b", "arguments": "{" } }, { "junk": 1 } ] }
            """)!.AsObject()));
        using var bench = new TrialBench { Agent = TrialBench.ChatAgent(agent.Url) };

        var reply = await bench.Open().SendAsync(AgentMessage.User("x"), CancellationToken.None);

        Assert.Equal(["a", "b"], reply.ToolCalls.Select(call => call.Name));
        Assert.Equal(2, reply.ToolCalls.Select(call => call.Id).Where(id => id.Length > 0).Distinct().Count());
        Assert.Equal("{", (string)reply.ToolCalls[1].Arguments!);
    }
}
