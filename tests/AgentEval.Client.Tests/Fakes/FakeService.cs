using System.Collections.Concurrent;
using AgentEval.Core.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentEval.Client.Tests.Fakes;

/// <summary>What a <see cref="FakeService"/> was asked.</summary>
public sealed record ReceivedRequest(string Method, string Target, string Body, long? ContentLength, IReadOnlyDictionary<string, string> Headers);

/// <summary>What a <see cref="FakeService"/> answers.</summary>
public sealed record FakeAnswer(int Status, string Body = "", string ContentType = "application/json")
{
    public TimeSpan? RetryAfter { get; init; }

    public static FakeAnswer Json(object document, int status = 200) =>
        new(status, System.Text.Json.JsonSerializer.Serialize(document, document.GetType(), AgentEvalJson.Options));

    public static FakeAnswer Problem(object document, int status) => Json(document, status) with { ContentType = "application/problem+json" };
}

/// <summary>A service on a free port of this machine that answers as it was told; the last answer of a route repeats.</summary>
public sealed class FakeService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Queue<FakeAnswer>> _answers = new();

    private FakeService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public ConcurrentQueue<ReceivedRequest> Received { get; } = new();

    public Uri Url => new(_app.Urls.Single());

    public static async Task<FakeService> StartAsync()
    {
        var service = new FakeService();
        await service._app.StartAsync();
        return service;
    }

    /// <param name="route">Method and path with query: <c>GET /api/runs/r1</c>.</param>
    /// <param name="answers">In turn.</param>
    public FakeService On(string route, params FakeAnswer[] answers)
    {
        _answers[route] = new Queue<FakeAnswer>(answers);
        return this;
    }

    public ReceivedRequest Single(string method) => Received.Single(request => request.Method == method);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var target = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        Received.Enqueue(new ReceivedRequest(
            context.Request.Method,
            target,
            await reader.ReadToEndAsync(),
            context.Request.ContentLength,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));

        var answer = Next($"{context.Request.Method} {target}");
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Body.Length > 0 ? answer.ContentType : null;
        if (answer.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = ((int)retryAfter.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(answer.Body);
    }

    private FakeAnswer Next(string route)
    {
        if (!_answers.TryGetValue(route, out var answers))
        {
            return new FakeAnswer(404);
        }

        lock (answers)
        {
            return answers.Count > 1 ? answers.Dequeue() : answers.Peek();
        }
    }
}
