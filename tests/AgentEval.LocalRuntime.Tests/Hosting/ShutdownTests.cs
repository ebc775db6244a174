using AgentEval.Tests.Shared;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Tests.Hosting;

public sealed class ShutdownTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Work _work = new();

    [Fact]
    public async Task Stop_FunctionRunning_LetsItEnd()
    {
        await using var app = await StartAsync();
        var answer = app.Client.GetStringAsync("/api/Work");
        var token = await _work.Started.Task;

        var stop = app.Host.StopAsync();
        Assert.False(token.IsCancellationRequested);
        _work.Finish.SetResult("done");

        Assert.Equal("done", await answer);
        await stop;
    }

    [Fact]
    public async Task Stop_FunctionRunsBeyondTheGrace_IsCancelledAndTheAppStops()
    {
        await using var app = await StartAsync();
        var answer = app.Client.GetAsync("/api/Work");
        var token = await _work.Started.Task;
        await using var obeys = token.Register(() => _work.Finish.TrySetCanceled(token));

        var stop = app.Host.StopAsync();
        await _time.WhenTimersAsync(2);
        _time.Advance(TimeSpan.FromSeconds(10));

        await stop;
        Assert.True(token.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<Exception>(async () => (await answer).EnsureSuccessStatusCode());
    }

    private Task<RunningApp> StartAsync() => RunningApp.StartAsync(
        [typeof(Functions)], configure: builder => builder.Services.AddSingleton<TimeProvider>(_time).AddSingleton(_work));

    internal sealed class Work
    {
        public TaskCompletionSource<CancellationToken> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<string> Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Functions(Work work)
    {
        [Function("Work")]
        public Task<string> Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request)
        {
            work.Started.SetResult(request.FunctionContext.CancellationToken);
            return work.Finish.Task;
        }
    }
}
