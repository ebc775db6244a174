using System.Net;
using AgentEval.LocalRuntime.Tests.Hosting;
using AgentEval.Tests.Shared;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Tests.Http;

public sealed class HttpResponseTests
{
    [Fact]
    public async Task Return_Response_SendsStatusHeadersCookiesAndBody()
    {
        await using var app = await RunningApp.StartAsync([typeof(Functions)]);

        using var response = await app.Client.GetAsync("/api/Full");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("one,two", Assert.Single(response.Headers.GetValues("X-Many")));
        Assert.Equal("/api/x", response.Headers.Location!.OriginalString);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(4, response.Content.Headers.ContentLength);
        Assert.Equal("s=1; max-age=60; path=/; samesite=strict; httponly", Assert.Single(response.Headers.GetValues("Set-Cookie")));
        Assert.Equal("body", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("Nothing", HttpStatusCode.NoContent, "")]
    [InlineData("AsyncNothing", HttpStatusCode.NoContent, "")]
    [InlineData("Value", HttpStatusCode.OK, """{"X":1}""")]
    [InlineData("ValueTask", HttpStatusCode.OK, "later")]
    public async Task Return_OtherThanAResponse_IsSentAsTheHostDoes(string function, HttpStatusCode status, string body)
    {
        await using var app = await RunningApp.StartAsync([typeof(Functions)]);

        using var response = await app.Client.GetAsync($"/api/{function}");

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Throw_Anything_Is500WithoutBodyAndLogged()
    {
        await using var app = await RunningApp.StartAsync([typeof(Functions)]);

        using var response = await app.Client.GetAsync("/api/Fails");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Contains(app.Log.Lines, l => l.StartsWith("Error The function 'Fails' failed", StringComparison.Ordinal) && l.Contains("it broke", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OverFunctionTimeout_Is500AndTheTokenIsCancelled()
    {
        var time = new ManualTimeProvider();
        var endless = new Endless();
        await using var app = await RunningApp.StartAsync(
            [typeof(SlowFunctions)],
            """{ "functionTimeout": "00:05:00" }""",
            configure: builder => builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(endless));

        var answer = app.Client.GetAsync("/api/Slow");
        var token = await endless.Started.Task;
        await time.WhenTimersAsync();
        time.Advance(TimeSpan.FromMinutes(4.9));
        Assert.False(token.IsCancellationRequested);
        time.Advance(TimeSpan.FromMinutes(0.2));
        using var response = await answer;

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.True(token.IsCancellationRequested);
        Assert.Contains(app.Log.Lines, l => l.Contains("Timeout value of 00:05:00 exceeded by function 'Slow'", StringComparison.Ordinal));
        endless.Release.SetResult();
    }

    internal sealed class Endless
    {
        public TaskCompletionSource<CancellationToken> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class SlowFunctions(Endless endless)
    {
        [Function("Slow")]
        public async Task<string> Slow([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
        {
            endless.Started.SetResult(request.FunctionContext.CancellationToken);
            await endless.Release.Task;
            return "late";
        }
    }

    private static class Functions
    {
        [Function("Full")]
        public static async Task<HttpResponseData> Full([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
        {
            var response = request.CreateResponse(HttpStatusCode.Accepted);
            response.Headers.Add("X-Many", ["one", "two"]);
            response.Headers.Add("Location", "/api/x");
            response.Headers.Add("Content-Type", "application/problem+json");
            response.Headers.Add("Content-Length", "999");
            response.Cookies.Append(new HttpCookie("s", "1") { HttpOnly = true, MaxAge = 60, Path = "/", SameSite = SameSite.Strict });
            await response.WriteStringAsync("body");
            return response;
        }

        [Function("Nothing")]
        public static void Nothing([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
        {
        }

        [Function("AsyncNothing")]
        public static Task AsyncNothing([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => Task.CompletedTask;

        [Function("Value")]
        public static object Value([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => new { X = 1 };

        [Function("ValueTask")]
        public static async ValueTask<string> ValueTask([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
        {
            await Task.Yield();
            return "later";
        }

        [Function("Fails")]
        public static string Fails([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => throw new InvalidOperationException("it broke");
    }
}
