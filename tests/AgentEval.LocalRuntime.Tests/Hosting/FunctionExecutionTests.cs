using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentEval.LocalRuntime.Tests.Hosting;

public sealed class FunctionExecutionTests
{
    [Fact]
    public async Task Run_InstanceMethod_GetsAnInstanceAndAScopePerExecution()
    {
        var counter = new Counter();
        await using var app = await RunningApp.StartAsync(
            [typeof(Instance)], configure: builder => builder.Services.AddSingleton(counter).AddScoped<PerExecution>());

        Assert.Equal("1 1", await app.Client.GetStringAsync("/api/Instance"));
        Assert.Equal("2 1", await app.Client.GetStringAsync("/api/Instance"));
        Assert.Equal(2, counter.Disposed);
    }

    [Fact]
    public async Task Run_Middleware_FirstAddedIsOutermostAndSeesRequestAndResult()
    {
        await using var app = await RunningApp.StartAsync([typeof(Plain)], configure: builder =>
        {
            builder.UseMiddleware<Outer>();
            builder.UseMiddleware(async (context, next) =>
            {
                await next();
                context.GetHttpResponseData()!.Headers.Add("X-Order", "inner");
            });
            builder.UseWhen(context => context.FunctionDefinition.Name == "Other", (_, _) => throw new InvalidOperationException("not for this function"));
        });

        using var response = await app.Client.GetAsync("/api/Plain?x=1");

        Assert.True(response.IsSuccessStatusCode, string.Join('\n', app.Log.Lines));
        Assert.Equal("inner,outer", Assert.Single(response.Headers.GetValues("X-Order")));
        Assert.Equal("?x=1 Plain", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Run_MiddlewareReplacesTheResult_TheReplacementIsSent()
    {
        await using var app = await RunningApp.StartAsync([typeof(Failing)], configure: builder => builder.UseMiddleware(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException)
            {
                var request = await context.GetHttpRequestDataAsync();
                context.GetInvocationResult().Value = request!.CreateResponse(HttpStatusCode.BadGateway);
            }
        }));

        using var response = await app.Client.GetAsync("/api/Failing");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Theory]
    [InlineData(typeof(NoTrigger), "has 0 triggers")]
    [InlineData(typeof(Twice), "Two functions are named 'Same'")]
    [InlineData(typeof(AsyncVoid), "async void")]
    public async Task Start_WrongFunction_FailsAndSaysWhy(Type functions, string message)
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApp.StartAsync([functions]));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Twice_Throws()
    {
        var directory = RunningApp.CreateDirectory();
        var builder = RunningApp.CreateBuilder(directory, []);
        builder.Build().Dispose();

        Assert.Throws<InvalidOperationException>(() => builder.Build());
        Assert.Throws<InvalidOperationException>(() => builder.Use(next => next));
        Directory.Delete(directory, recursive: true);
    }

    internal sealed class Counter
    {
        public int Created { get; set; }

        public int Disposed { get; set; }
    }

    internal sealed class PerExecution(Counter counter) : IDisposable
    {
        public int Uses { get; set; }

        public void Dispose() => counter.Disposed++;
    }

    private sealed class Instance
    {
        private readonly Counter _counter;
        private readonly PerExecution _scoped;

        public Instance(Counter counter, PerExecution scoped)
        {
            _counter = counter;
            _scoped = scoped;
            _counter.Created++;
        }

        [Function("Instance")]
        public string Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => $"{_counter.Created} {++_scoped.Uses}";
    }

    private sealed class Outer : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            var request = await context.GetHttpRequestDataAsync();
            await next(context);
            var response = context.GetInvocationResult<HttpResponseData>().Value!;
            response.Headers.Add("X-Order", "outer");
            await response.WriteStringAsync($"{request!.Url.Query} {context.FunctionDefinition.Name}");
        }
    }

    private static class Plain
    {
        [Function("Plain")]
        public static HttpResponseData Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => request.CreateResponse();
    }

    private static class Failing
    {
        [Function("Failing")]
        public static string Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => throw new InvalidOperationException("always");
    }

    private static class NoTrigger
    {
        [Function("None")]
        public static void Run(string text)
        {
        }
    }

    private static class Twice
    {
        [Function("Same")]
        public static void One([HttpTrigger] HttpRequestData request)
        {
        }

        [Function("SAME")]
        public static void Two([HttpTrigger] HttpRequestData request)
        {
        }
    }

    private static class AsyncVoid
    {
        [Function("Void")]
        public static async void Run([HttpTrigger] HttpRequestData request) => await Task.Yield();
    }
}
