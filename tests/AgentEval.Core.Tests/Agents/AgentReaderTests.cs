using AgentEval.Core.Agents;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Agents;

public sealed class AgentReaderTests
{
    private const string Full = """
        agent: support-bot
        version: 2.1.0
        type: http
        urls: [ "http://127.0.0.1:5100/chat", "http://127.0.0.1:5101/chat" ]
        model: m-1
        auth: { type: apiKey, secretRef: "env:AGENTEVAL_SECRET_SUPPORT_BOT", header: X-Api-Key }
        headers: { X-Team: care, X-Session: "{{session}}" }
        request: { method: PUT, body: { message: "{{input}}", token: "{{session}}" } }
        response: { output: "$.reply", toolCalls: "$.tools", usage: "$.usage", error: "$.error" }
        settings: { temperature: 0, maxTokens: 500, seed: "{{seed}}" }
        limits: { maxInputBytes: 1000, maxOutputBytes: 2000, requestsPerSecond: 2.5, maxParallel: 3, timeoutSeconds: null }
        retry: { retries: 3, delaySeconds: 1, backoff: 1.5 }
        prices: { inputPerMillion: 2.5, outputPerMillion: 10 }
        reset: { url: "http://127.0.0.1:5100/reset" }
        metrics: { url: "http://127.0.0.1:5100/metrics" }
        """;

    private static AgentSpec Read(string text)
    {
        var read = AgentReader.Read(text);
        Assert.Empty(read.Problems.Errors);
        return read.Value!;
    }

    private static Problem Error(string text)
    {
        var read = AgentReader.Read(text);
        Assert.Null(read.Value);
        return Assert.Single(read.Problems.Errors);
    }

    private static string Http(string rest) => "agent: a\ntype: http\nurl: http://localhost/\n" + rest;

    [Fact]
    public void Agent_Full_EveryPartIsRead()
    {
        var agent = Read(Full);

        Assert.Equal(("support-bot", "2.1.0", AgentType.Http, "m-1"), (agent.Name, agent.Version, agent.Type, agent.Model));
        Assert.Equal(["http://127.0.0.1:5100/chat", "http://127.0.0.1:5101/chat"], agent.Urls.Select(url => url.ToString()));
        Assert.Equal(new AgentAuth(AgentAuthType.ApiKey, "env:AGENTEVAL_SECRET_SUPPORT_BOT", "X-Api-Key"), agent.Auth);
        Assert.Equal("{{session}}", agent.Headers["X-Session"]);
        Assert.Equal("PUT", agent.Request.Method);
        Assert.Equal("""{"message":"{{input}}","token":"{{session}}"}""", agent.Request.Body.ToJsonString());
        Assert.Equal(new HttpAgentResponse { Output = "$.reply", ToolCalls = "$.tools", Usage = "$.usage", Error = "$.error" }, agent.Response);
        Assert.Equal(new AgentLimits { MaxInputBytes = 1000, MaxOutputBytes = 2000, RequestsPerSecond = 2.5, MaxParallel = 3 }, agent.Limits);
        Assert.Equal(new AgentRetry { Retries = 3, DelaySeconds = 1, Backoff = 1.5 }, agent.Retry);
        Assert.Equal(new AgentPrices(2.5m, 10m), agent.Prices);
        Assert.Equal(("/reset", "/metrics"), (agent.ResetUrl!.AbsolutePath, agent.MetricsUrl!.AbsolutePath));
        Assert.Equal("""{"temperature":0,"maxTokens":500,"seed":"{{seed}}"}""", agent.Settings.ToJsonString());
    }

    [Fact]
    public void Agent_ReadAgainFromItsSource_IsTheSame()
    {
        var agent = Read(Full);
        var again = AgentReader.Read(agent.Source);

        Assert.Empty(again.Problems.Errors);
        Assert.Equal(agent.Urls, again.Value!.Urls);
    }

    [Fact]
    public void Agent_Minimal_HasTheDefaults()
    {
        var agent = Read("agent: a\ntype: openai-chat\nurl: http://localhost/v1");

        Assert.Equal((AgentType.OpenAiChat, AgentAuthType.None), (agent.Type, agent.Auth.Type));
        Assert.Equal(new AgentLimits(), agent.Limits);
        Assert.Null(agent.Version);
    }

    [Theory]
    [InlineData("openai-completions")]
    [InlineData("mcp")]
    [InlineData("grpc")]
    [InlineData("process")]
    [InlineData("inproc")]
    public void Type_OfALaterVersion_IsNotAvailable(string type)
    {
        var error = Error($"agent: a\ntype: {type}");

        Assert.Equal(("type", ProblemCodes.NotAvailable), (error.Path, error.Code));
    }

    [Theory]
    [InlineData("auth: { type: bearer, token: abc }", "auth.token")]
    [InlineData("auth: { type: bearer, secret: abc }", "auth.secret")]
    [InlineData("auth: { type: apiKey, apiKey: abc }", "auth.apiKey")]
    [InlineData("auth: { type: bearer, secretRef: hunter2 }", "auth.secretRef")]
    [InlineData("auth: { type: bearer, secretRef: 'env:not a name' }", "auth.secretRef")]
    [InlineData("headers: { Authorization: Basic eDp5 }", "headers.Authorization")]
    [InlineData("headers: { X-Api-Key: hunter2 }", "headers.X-Api-Key")]
    [InlineData("headers: { Ocp-Apim-Subscription-Key: hunter2 }", "headers.Ocp-Apim-Subscription-Key")]
    [InlineData("headers: { X-Auth-Token: hunter2 }", "headers.X-Auth-Token")]
    [InlineData("headers: { Cookie: hunter2 }", "headers.Cookie")]
    [InlineData("headers: { X-Other: 'Bearer hunter2hunter2' }", "headers.X-Other")]
    [InlineData("model: sk-proj-hunter2hunter2hunter2", "model")]
    [InlineData("settings: { extra: [ AKIAHUNTER2HUNTER222 ] }", "settings.extra[0]")]
    [InlineData("request: { body: { password: hunter2 } }", "request.body.password")]
    [InlineData("reset: { url: 'http://user:hunter2@localhost/' }", "reset.url")]
    [InlineData("metrics: { url: 'http://localhost/?api_key=hunter2' }", "metrics.url")]
    public void Secret_Literal_IsRefusedWithoutRepeatingIt(string rest, string path)
    {
        var error = Error(Http(rest));

        Assert.Equal((path, ProblemCodes.LiteralSecret), (error.Path, error.Code));
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("settings: { maxTokens: 5, max_tokens: 7, logit_bias: { '50256': -100 } }")]
    [InlineData("response: { usage: $.token }")]
    [InlineData("model: task-skeleton-large")]
    [InlineData("headers: { X-Idempotency-Key: '{{session}}', X-Keyboard: de }")]
    public void Text_ThatOnlyResemblesASecret_IsFine(string rest) => Read(Http(rest));

    [Theory]
    [InlineData("url: http://localhost/", "url: ftp://localhost/", "url", ProblemCodes.InvalidFormat)]
    [InlineData("url: http://localhost/", "url: localhost:80", "url", ProblemCodes.InvalidFormat)]
    [InlineData("url: http://localhost/", "x: 1", "url,x", ProblemCodes.Required)]
    [InlineData("url: http://localhost/", "urls: []", "urls", ProblemCodes.OutOfRange)]
    [InlineData("url: http://localhost/", "urls: [ http://a/, http://a/ ]", "urls", ProblemCodes.Duplicate)]
    [InlineData("type: http", "type: htpp", "type", ProblemCodes.InvalidValue)]
    [InlineData("type: http", "", "type", ProblemCodes.Required)]
    [InlineData("agent: a", "agent: a/b", "agent", ProblemCodes.InvalidFormat)]
    [InlineData("agent: a", "agent: ..", "agent", ProblemCodes.InvalidFormat)]
    public void Basics_Wrong_AreReported(string replaced, string with, string paths, string code)
    {
        var errors = AgentReader.Read(Http("").Replace(replaced, with, StringComparison.Ordinal)).Problems.Errors;

        Assert.Equal(paths.Split(','), errors.Select(error => error.Path).Order(StringComparer.Ordinal));
        Assert.Contains(code, errors.Select(error => error.Code));
    }

    [Theory]
    [InlineData("urls: [ http://a/ ]", "urls", ProblemCodes.Exclusive)]
    [InlineData("auth: { secretRef: 'env:A' }", "auth.type", ProblemCodes.Required)]
    [InlineData("auth: { type: bearer }", "auth.secretRef", ProblemCodes.Required)]
    [InlineData("auth: { type: header, secretRef: 'keyvault:a-b' }", "auth.header", ProblemCodes.Required)]
    [InlineData("auth: { type: header, secretRef: 'env:A', header: 'a b' }", "auth.header", ProblemCodes.InvalidFormat)]
    [InlineData("headers: { 'a b': c }", "headers.a b", ProblemCodes.InvalidFormat)]
    [InlineData("headers: { a: \"b\\nc: d\" }", "headers.a", ProblemCodes.InvalidFormat)]
    [InlineData("headers: { a: 5 }", "headers.a", ProblemCodes.WrongType)]
    [InlineData("request: { method: GET }", "request.method", ProblemCodes.InvalidValue)]
    [InlineData("response: { output: reply }", "response.output", ProblemCodes.InvalidFormat)]
    [InlineData("response: { toolCalls: '$.result.messages[' }", "response.toolCalls", ProblemCodes.InvalidFormat)]
    [InlineData("limits: { maxInputByts: 5 }", "limits.maxInputByts", ProblemCodes.UnknownKey)]
    [InlineData("prices: { inputPerMillion: 5 }", "prices.outputPerMillion", ProblemCodes.Required)]
    [InlineData("mcp: { tool: x }", "mcp", ProblemCodes.InvalidValue)]
    [InlineData("process: { command: [x] }", "process", ProblemCodes.InvalidValue)]
    [InlineData("reset: {}", "reset.url", ProblemCodes.Required)]
    public void Part_Wrong_IsReportedAtItsPath(string rest, string path, string code)
    {
        var error = Error(Http(rest));

        Assert.Equal((path, code), (error.Path, error.Code));
    }

    [Fact]
    public void Request_OfAnOpenAiAgent_DoesNotBelongThere()
    {
        var error = Error("agent: a\ntype: openai-chat\nurl: http://localhost/\nrequest: { method: POST }");

        Assert.Equal(("request", ProblemCodes.InvalidValue), (error.Path, error.Code));
    }

    [Theory]
    [InlineData("request: { body: { message: '{{inptu}}' } }", "request.body.message", "Did you mean '{{input}}'?")]
    [InlineData("request: { body: { messages: [ 'x', '{{ inptu.order.id }}' ] } }", "request.body.messages[1]", "Did you mean '{{input.order.id}}'?")]
    [InlineData("request: { body: '{{input.}}' }", "request.body", "'{{input.}}' cannot be filled")]
    [InlineData("request: { body: '{{message}}' }", "request.body", "Known: {{input}}, {{session}}, {{seed}}, {{model}}, {{systemPrompt}}.")]
    [InlineData("settings: { temperature: 0 }\nrequest: { body: '{{input}} {{setings.temperature}}' }", "request.body", "Did you mean '{{settings.temperature}}'?")]
    [InlineData("headers: { X-Session: '{{sesion}}{{sesion}}' }", "headers.X-Session", "Did you mean '{{session}}'?")]
    [InlineData("settings: { a: { b: '{{sede}}' } }", "settings.a.b", "Did you mean '{{seed}}'?")]
    [InlineData("settings: { a: 1, b: '{{settings.a}}' }", "settings.b", "'{{settings.a}}' cannot be filled")]
    public void Template_NamingNothing_IsAnErrorThatNamesTheNearest(string rest, string path, string part)
    {
        var read = AgentReader.Read(Http(rest));

        var error = Assert.Single(read.Problems.Errors);
        Assert.Equal((path, ProblemCodes.UnknownReference), (error.Path, error.Code));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(read.Problems.Warnings);
    }

    [Theory]
    [InlineData("systemPrompt: 'Seed {{sed}}.'", "Did you mean '{{seed}}'?")]
    [InlineData("systemPrompt: 'Write letters that begin with Dear {{firstName}}.'", "is sent as it stands. Known: {{session}}, {{seed}}.")]
    public void Template_NamingNothingInAPrompt_IsSentAsItStandsWithAWarning(string rest, string part)
    {
        var read = AgentReader.Read(Http(rest));

        Assert.Empty(read.Problems.Errors);
        var warning = Assert.Single(read.Problems.Warnings);
        Assert.Equal(("systemPrompt", ProblemCodes.UnknownReference), (warning.Path, warning.Code));
        Assert.Contains(part, warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("settings: { user: '{{input}}' }", "settings.user")]
    [InlineData("headers: { X-In: '{{input.id}}' }", "headers.X-In")]
    public void Input_OutsideTheMessagesOfAnOpenAiAgent_IsAnError(string rest, string path)
    {
        var error = Error("agent: a\ntype: openai-chat\nurl: http://localhost/\n" + rest);

        Assert.Equal((path, ProblemCodes.UnknownReference), (error.Path, error.Code));
    }

    [Fact]
    public void Template_OfEveryName_IsFine()
    {
        var read = AgentReader.Read(Http("""
            systemPrompt: "{{session}} {{seed}}"
            headers: { X-All: "{{model}} {{settings.x}}" }
            settings: { x: "{{input}} {{input.a}} {{session}} {{seed}} {{model}} {{systemPrompt}}" }
            request: { body: [ "{{input}}", "{{input.items.0}}", "{{session}} {{seed}}", "{{model}}", "{{systemPrompt}}", "{{ settings.x }}", "{{ no name }}" ] }
            """));

        Assert.Empty(read.Problems.Errors);
        Assert.Empty(read.Problems.Warnings);
    }

    [Theory]
    [InlineData("temprature", " Did you mean '{{settings.temperature}}'?")]
    [InlineData("language", "'agentSettings' have it.")]
    public void Setting_ThatOnlyScenariosMayGive_IsWarnedOf(string name, string end)
    {
        var read = AgentReader.Read(Http($"settings: {{ temperature: 0 }}\nrequest: {{ body: {{ m: '{{{{input}}}}', t: '{{{{settings.{name}}}}}' }} }}"));

        Assert.NotNull(read.Value);
        var warning = Assert.Single(read.Problems.Warnings);
        Assert.Equal(("request.body.t", ProblemCodes.UnknownReference), (warning.Path, warning.Code));
        Assert.EndsWith(end, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Body_WithoutTheInput_IsWarnedOf()
    {
        var read = AgentReader.Read(Http("request: { body: { message: '{input}', session: '{{session}}' } }"));

        Assert.NotNull(read.Value);
        var warning = Assert.Single(read.Problems.Warnings);
        Assert.Equal(("request.body", ProblemCodes.Required), (warning.Path, warning.Code));
        Assert.Contains("{{input}}", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("request: { body: { text: '{{input.text}}' } }")]
    [InlineData("request: { body: { session: '{{session}}' } }\nheaders: { X-Message: '{{input}}' }")]
    [InlineData("request: { body: '{{settings.message}}' }\nsettings: { message: 'Answer this: {{input}}' }")]
    [InlineData("request: { method: PUT }")]
    public void Input_SentSomehow_IsNotWarnedOf(string rest) => Assert.Empty(AgentReader.Read(Http(rest)).Problems.Warnings);

    [Fact]
    public void State_IsCheckedAndWarnedOf()
    {
        var read = AgentReader.Read(Http("state: { get: http://localhost/state, set: http://localhost/state }"));

        Assert.NotNull(read.Value);
        Assert.Equal(("state", ProblemCodes.NotAvailable), (read.Problems.Warnings.Single().Path, read.Problems.Warnings.Single().Code));
    }

    [Fact]
    public void TypeName_IsTheWordOfTheFile()
    {
        Assert.Equal("openai-chat", AgentReader.NameOf(AgentType.OpenAiChat));
        Assert.Equal(Enum.GetValues<AgentType>().Length, AgentReader.TypeNames.Count);
    }
}
