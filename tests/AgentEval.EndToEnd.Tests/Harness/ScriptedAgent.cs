using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>An agent in the test's own process: it says back what it was told, after a while, and counts.</summary>
internal sealed class ScriptedAgent : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _held = new();
    private Task _allHeld = Task.CompletedTask;
    private int _asked;
    private int _answered;
    private int _running;
    private int _abandoned;

    private ScriptedAgent(WebApplication app) => _app = app;

    /// <summary>What it was told, call by call.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public int Answered => _answered;

    /// <summary>Calls it has not answered yet.</summary>
    public int Running => _running;

    /// <summary>Calls whose caller went away before the answer.</summary>
    public int Abandoned => _abandoned;

    public Uri Url => new(_app.Urls.First());

    public static async Task<ScriptedAgent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        ScriptedAgent agent = new(app);
        app.MapPost("/chat", agent.AnswerAsync);
        app.MapPost("/html", () => Results.Content("<html><body>Welcome to the proxy</body></html>", "text/html"));
        app.MapPost("/broken", () => Results.Text("""{"error":"out of cheese"}""", "application/json", statusCode: 500));
        app.MapPost("/hang", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        app.MapPost("/flood", () => Results.Text($$"""{"reply":"{{new string('x', 10 * 1024 * 1024)}}"}""", "application/json"));
        app.MapPost("/cut", CutAsync);
        await app.StartAsync();
        return agent;
    }

    /// <summary>An agent file for it.</summary>
    /// <param name="delay">Before it answers.</param>
    /// <param name="route">Another way to answer: <c>html broken hang flood cut</c>.</param>
    public JsonObject Spec(TimeSpan delay = default, string route = "chat") => new()
    {
        ["agent"] = "scripted",
        ["type"] = "http",
        ["url"] = new Uri(Url, string.Create(CultureInfo.InvariantCulture, $"/{route}?delay={delay.TotalMilliseconds}")).ToString(),
        ["request"] = new JsonObject { ["body"] = new JsonObject { ["message"] = "{{input}}", ["session"] = "{{session}}" } },
        ["response"] = new JsonObject { ["output"] = "$.reply" },
    };

    /// <summary>Answers no call until the returned action was called.</summary>
    public Action HoldAll()
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _allHeld = held.Task;
        return held.SetResult;
    }

    /// <summary>Answers the call of this number, from 1, only after the returned action was called.</summary>
    public Action HoldCall(int number)
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _held[number] = held;
        return held.SetResult;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonNode.ParseAsync(context.Request.Body);
        var message = (string)body!["message"]!;
        _calls.Enqueue(message);
        var number = Interlocked.Increment(ref _asked);
        Interlocked.Increment(ref _running);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(double.Parse(context.Request.Query["delay"]!, CultureInfo.InvariantCulture)), context.RequestAborted);
            await _allHeld.WaitAsync(context.RequestAborted);
            if (_held.TryGetValue(number, out var held))
            {
                await held.Task.WaitAsync(context.RequestAborted);
            }

            Interlocked.Increment(ref _answered);
            await context.Response.WriteAsJsonAsync(new { reply = $"You asked: {message}" }, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _abandoned);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static async Task CutAsync(HttpContext context)
    {
        context.Response.ContentLength = 1_000;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"reply":"I was about to""");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }
}
