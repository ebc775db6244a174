using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>An agent in the test's own process that puts one word wherever an agent can put a text of its own.</summary>
internal sealed class TalkativeAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _word;
    private Task _held = Task.CompletedTask;
    private int _waiting;

    private TalkativeAgent(WebApplication app, string word) => (_app, _word) = (app, word);

    /// <summary>Calls that are held.</summary>
    public int Waiting => _waiting;

    public static async Task<TalkativeAgent> StartAsync(string word)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        TalkativeAgent agent = new(app, word);
        app.MapPost("/chat", (Delegate)agent.AnswerAsync);
        app.MapGet("/metrics", () => Results.Text($$"""{"loops":2,"of the {{word}}":1}""", "application/json"));
        await app.StartAsync();
        return agent;
    }

    /// <summary>Answers nothing that holds <c>wait</c> until the returned action was called.</summary>
    public Action Hold()
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held.Task;
        return held.SetResult;
    }

    public JsonObject Spec() => new()
    {
        ["agent"] = "talkative",
        ["type"] = "http",
        ["url"] = new Uri(new Uri(_app.Urls.First()), "/chat").ToString(),
        ["metrics"] = new JsonObject { ["url"] = new Uri(new Uri(_app.Urls.First()), "/metrics").ToString() },
        ["request"] = new JsonObject { ["body"] = new JsonObject { ["message"] = "{{input}}", ["session"] = "{{session}}" } },
        ["response"] = new JsonObject { ["output"] = "$.reply", ["toolCalls"] = "$.tools", ["error"] = "$.error" },
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        var message = (string)(await JsonNode.ParseAsync(context.Request.Body))!["message"]!;
        if (message.Contains("wait", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _waiting);
            await _held.WaitAsync(context.RequestAborted);
            Interlocked.Decrement(ref _waiting);
        }

        if (message.Contains("fail", StringComparison.Ordinal))
        {
            return Results.Text($$"""{"error":"no {{_word}} today"}""", "application/json", statusCode: 500);
        }

        return Results.Text(
            $$"""
            {
              "reply": "The {{_word}} was shipped to card 4111 1111 1111 1111, write to {{_word}}@example.com.",
              "tools": [
                { "name": "lookup", "id": "call {{_word}}", "arguments": { "{{_word}}": "{{_word}}" }, "result": { "note": "{{_word}}" } },
                { "name": "tell them of the {{_word}}" }
              ]
            }
            """,
            "application/json");
    }
}
