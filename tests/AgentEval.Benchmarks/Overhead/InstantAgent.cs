using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentEval.Benchmarks.Overhead;

/// <summary>An agent that answers at once, in this process.</summary>
internal sealed class InstantAgent : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InstantAgent(WebApplication app) => _app = app;

    public Uri Url => new(new Uri(_app.Urls.First()), "/chat");

    public static async Task<InstantAgent> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/chat", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            await context.Response.WriteAsJsonAsync(new { reply = $"Your refund is on its way. You asked: {body!["message"]}" });
        });
        await app.StartAsync();
        return new InstantAgent(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
