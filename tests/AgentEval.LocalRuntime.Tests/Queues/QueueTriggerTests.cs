using System.Collections.Concurrent;
using AgentEval.LocalRuntime.Tests.Hosting;
using AgentEval.Tests.Shared;
using Azure.Storage.Queues;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Tests.Queues;

public sealed class QueueTriggerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string FastHost = """
        { "extensions": { "queues": { "messageEncoding": "none", "maxPollingInterval": "00:00:00.1", "maxDequeueCount": 2, "batchSize": 2, "newBatchThreshold": 1 } } }
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _name = AzuriteFixture.UniqueName("q");
    private readonly Inbox _inbox = new();

    public void Dispose() => _inbox.Dispose();

    [Fact]
    public async Task Message_Sent_RunsTheFunctionWithTheTextAndIsDeleted()
    {
        var app = await StartAsync(typeof(TextFunction));
        var queue = Queue(_name);
        Assert.True(await queue.ExistsAsync());

        await queue.SendMessageAsync("""{ "a": "é" }""");

        Assert.Equal("""{ "a": "é" } 1""", await _inbox.NextAsync());
        await app.DisposeAsync();
        Assert.Equal(0, (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Message_AlwaysFailing_GoesToThePoisonQueueAfterTheLastAttempt()
    {
        var app = await StartAsync(typeof(FailingFunction));

        await Queue(_name).SendMessageAsync("bad");

        Assert.Equal("bad 1", await _inbox.NextAsync());
        Assert.Equal("bad 2", await _inbox.NextAsync());
        await app.DisposeAsync();
        Assert.Equal("bad", (await Queue($"{_name}-poison").ReceiveMessageAsync()).Value.MessageText);
        Assert.Equal(0, (await Queue(_name).GetPropertiesAsync()).Value.ApproximateMessagesCount);
        Assert.Equal(2, _inbox.All.Count);
    }

    [Fact]
    public async Task Message_JsonForARecord_IsRead()
    {
        await using var app = await StartAsync(typeof(RecordFunction));

        await Queue(_name).SendMessageAsync("""{ "name": "x" }""");

        Assert.Equal("x", await _inbox.NextAsync());
    }

    [Theory]
    [InlineData("""{ "DEQUEUECOUNT": "mine" }""", "mine")]
    [InlineData("""{ "dequeueCount": 7, "other": 1 }""", "7")]
    [InlineData("""{ "dequeueCount": null, "DequeueCount": [7] }""", "1")]
    [InlineData("""{ "dequeueCount": "mine" """, "1")]
    [InlineData("""{ "dequeueCount": "\ud800" }""", "1")]
    public async Task Message_JsonWithNamesOfWhatTheQueueSays_StandsForIt(string text, string expected)
    {
        await using var app = await StartAsync(typeof(TextFunction));

        await Queue(_name).SendMessageAsync(text);

        Assert.Equal($"{text} {expected}", await _inbox.NextAsync());
    }

    [Fact]
    public async Task Start_FunctionTakesItsTokenAsAParameter_IsRefusedForACallerWouldFillIt()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(typeof(TokenFunction)));

        Assert.Contains("'Token': on the host, a caller's 'stop' would fill the parameter", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_Many_NoMoreThanBatchSizeAndThresholdRunTogether()
    {
        var queue = Queue(_name);
        await queue.CreateAsync();
        for (var i = 0; i < 8; i++)
        {
            await queue.SendMessageAsync($"{i}");
        }

        await using var app = await StartAsync(typeof(SlowFunction));
        await _inbox.WhenStartedAsync(2);
        _inbox.Release.Release();
        await _inbox.WhenStartedAsync(2);
        _inbox.Release.Release(7);

        for (var i = 0; i < 8; i++)
        {
            await _inbox.NextAsync();
        }

        Assert.Equal(3, _inbox.MostTogether);
    }

    [Fact]
    public async Task Stop_MessageInWork_LetsItEndAndTakesNoMore()
    {
        var app = await StartAsync(typeof(SlowFunction));
        var queue = Queue(_name);
        await queue.SendMessageAsync("first");
        await _inbox.WhenStartedAsync(1);

        var stop = app.DisposeAsync().AsTask();
        Assert.False(stop.IsCompleted);
        _inbox.Release.Release();
        await stop;
        await queue.SendMessageAsync("second");

        Assert.Equal(["first"], _inbox.All);
        Assert.Equal("second", Assert.Single((await queue.PeekMessagesAsync(5)).Value).MessageText);
    }

    [Fact]
    public async Task Start_ConnectionNotSet_FailsAndNamesIt()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunningApp.StartAsync([typeof(TextFunction)], args: ["--QueueName=x", "--AzureWebJobsStorage="]));

        Assert.Contains("'AzureWebJobsStorage' is not set", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_QueueNameSettingMissing_FailsAndNamesIt()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApp.StartAsync([typeof(TextFunction)]));

        Assert.Contains("'%QueueName%' does not resolve", problem.Message, StringComparison.Ordinal);
    }

    private Task<RunningApp> StartAsync(Type functions) => RunningApp.StartAsync(
        [functions],
        FastHost,
        configure: builder => builder.Services.AddSingleton(_inbox),
        args: [$"--QueueName={_name}", $"--AzureWebJobsStorage={azurite.ConnectionString}"]);

    private QueueClient Queue(string name) => new(azurite.ConnectionString, name);

    internal sealed record Item(string Name);

    internal sealed class Inbox : IDisposable
    {
        private readonly ConcurrentQueue<string> _all = new();
        private readonly SemaphoreSlim _arrived = new(0);
        private readonly SemaphoreSlim _started = new(0);
        private int _running;
        private int _most;

        public IReadOnlyCollection<string> All => _all;

        public SemaphoreSlim Release { get; } = new(0);

        public int MostTogether => _most;

        public void Dispose()
        {
            _arrived.Dispose();
            _started.Dispose();
            Release.Dispose();
        }

        public void Add(string text)
        {
            _all.Enqueue(text);
            _arrived.Release();
        }

        public async Task<string> NextAsync()
        {
            Assert.True(await _arrived.WaitAsync(Limit));
            return _all.Last();
        }

        /// <summary>Waits until so many more have begun.</summary>
        public async Task WhenStartedAsync(int more)
        {
            for (var i = 0; i < more; i++)
            {
                Assert.True(await _started.WaitAsync(Limit));
            }
        }

        public async Task WorkAsync(string text)
        {
            var now = Interlocked.Increment(ref _running);
            lock (_all)
            {
                _most = Math.Max(_most, now);
            }

            _started.Release();
            await Release.WaitAsync();
            Add(text);
            Interlocked.Decrement(ref _running);
        }
    }

    private sealed class TextFunction(Inbox inbox)
    {
        [Function("Text")]
        public void Run([QueueTrigger("%QueueName%")] string text, FunctionContext context) =>
            inbox.Add($"{text} {context.BindingContext.BindingData["dequeueCount"]}");
    }

    private static class TokenFunction
    {
        [Function("Token")]
        public static void Run([QueueTrigger("%QueueName%")] string text, CancellationToken stop) => _ = (text, stop);
    }

    private sealed class FailingFunction(Inbox inbox)
    {
        [Function("Failing")]
        public void Run([QueueTrigger("%QueueName%")] string text, FunctionContext context)
        {
            inbox.Add($"{text} {context.BindingContext.BindingData["DequeueCount"]}");
            throw new InvalidOperationException("always");
        }
    }

    private sealed class RecordFunction(Inbox inbox)
    {
        [Function("Record")]
        public void Run([QueueTrigger("%QueueName%", Connection = "AzureWebJobsStorage")] Item item) => inbox.Add(item.Name);
    }

    private sealed class SlowFunction(Inbox inbox)
    {
        [Function("Slow")]
        public Task Run([QueueTrigger("%QueueName%")] string text) => inbox.WorkAsync(text);
    }
}
