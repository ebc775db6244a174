using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace AgentEval.SampleAgent.Tests;

/// <summary>The agent in this process on a free port.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private RunningAgent(WebApplication app)
    {
        _app = app;
        _http = new HttpClient { BaseAddress = Url };
    }

    public Uri Url => new(_app.Urls.First());

    public static async Task<RunningAgent> StartAsync(string model = "safe")
    {
        var app = SampleAgentApp.Build(new SampleAgentOptions(Model: model));
        await app.StartAsync();
        return new RunningAgent(app);
    }

    public Task<Answer> PostAsync(string path, JsonNode body) => PostAsync(path, body.ToJsonString());

    public Task<Answer> PostAsync(string path, string body) => PostAsync(path, Encoding.UTF8.GetBytes(body));

    public async Task<Answer> PostAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await Answer.ReadAsync(response);
    }

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    /// <summary>One message to <c>/chat</c>.</summary>
    public async Task<JsonNode> ChatAsync(string message, string session = "s", string? system = null)
    {
        var answer = await PostAsync("/chat", new JsonObject { ["message"] = message, ["session"] = session, ["system"] = system });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return answer.Body!;
    }

    public async Task<string> ReplyAsync(string message, string session = "s", string? system = null) =>
        (string)(await ChatAsync(message, session, system))["reply"]!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}

/// <param name="Body">Null: no JSON.</param>
internal sealed record Answer(HttpStatusCode Status, JsonNode? Body)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }
}
