using AgentEval.LocalRuntime.Hosting;
using AgentEval.LocalRuntime.Queues;
using AgentEval.Tests.Shared;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Queues;

public sealed class QueueMessageProcessorTests
{
    private static readonly QueueSettings Settings = new() { Base64 = false, VisibilityTimeout = TimeSpan.FromSeconds(7), MaxDequeueCount = 3 };

    private readonly RecordingQueue _queue = new("work");
    private readonly RecordingQueue _poison = new("work-poison");
    private readonly ManualTimeProvider _time = new();
    private int _runs;

    [Fact]
    public async Task Process_Success_DeletesTheMessage()
    {
        await ProcessAsync(Message("m"), (_, _) => Task.CompletedTask);

        Assert.Equal(["delete r0"], _queue.Calls);
        Assert.Empty(_poison.Calls);
    }

    [Fact]
    public async Task Process_Failure_FreesTheMessageAfterTheVisibilityTimeout()
    {
        await ProcessAsync(Message("m", dequeueCount: 2), (_, _) => throw new InvalidOperationException("no"));

        Assert.Equal(["update r0 7"], _queue.Calls);
        Assert.Empty(_poison.Calls);
    }

    [Fact]
    public async Task Process_FailureAtTheLastAttempt_MovesTheMessageToPoison()
    {
        await ProcessAsync(Message("text", dequeueCount: 3), (_, _) => throw new InvalidOperationException("no"));

        Assert.Equal(["create", "send text"], _poison.Calls);
        Assert.Equal(["delete r0"], _queue.Calls);
    }

    [Fact]
    public async Task Process_CancelledAtTheLastAttempt_FreesTheMessage()
    {
        await ProcessAsync(Message("text", dequeueCount: 3), (_, _) => throw new OperationCanceledException());

        Assert.Equal(["update r0 7"], _queue.Calls);
        Assert.Empty(_poison.Calls);
    }

    [Fact]
    public async Task Process_TakenTooOften_MovesItToPoisonWithoutRunning()
    {
        await ProcessAsync(Message("text", dequeueCount: 4), (_, _) => Task.CompletedTask);

        Assert.Equal(0, _runs);
        Assert.Equal(["create", "send text"], _poison.Calls);
    }

    [Fact]
    public async Task Process_LongWork_RenewsTheHoldAndDeletesWithTheNewReceipt()
    {
        var work = new TaskCompletionSource();
        var processing = ProcessAsync(Message("m"), (_, _) => work.Task);

        await AdvanceHalfAHoldAsync();
        await AdvanceHalfAHoldAsync();
        work.SetResult();
        await processing;

        Assert.Equal(["update r0 30", "update r1 30", "delete r2"], _queue.Calls);
    }

    [Fact]
    public async Task Process_RenewalFails_GoesOn()
    {
        var work = new TaskCompletionSource();
        _queue.FailUpdates = 1;
        var processing = ProcessAsync(Message("m"), (_, _) => work.Task);

        await AdvanceHalfAHoldAsync();
        work.SetResult();
        await processing;

        Assert.Equal(["update r0 30", "delete r0"], _queue.Calls);
    }

    [Theory]
    [InlineData("aGVsbG8=", "hello")]
    [InlineData("w6k=", "é")]
    public async Task Process_Base64_RunsWithTheText(string stored, string expected)
    {
        string? seen = null;
        await ProcessAsync(Message(stored), (_, text) => Task.FromResult(seen = text), Settings with { Base64 = true });

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Process_NotBase64_MovesItToPoisonAsItIs()
    {
        await ProcessAsync(Message("{ \"plain\": 1 }"), (_, _) => Task.CompletedTask, Settings with { Base64 = true });

        Assert.Equal(0, _runs);
        Assert.Equal(["create", "send { \"plain\": 1 }"], _poison.Calls);
        Assert.Equal(["delete r0"], _queue.Calls);
    }

    private static QueueMessage Message(string text, long dequeueCount = 1) => QueuesModelFactory.QueueMessage("id", "r0", text, dequeueCount);

    private Task ProcessAsync(QueueMessage message, Func<QueueMessage, string, Task> run, QueueSettings? settings = null)
    {
        Task Run(QueueMessage m, string text)
        {
            _runs++;
            return run(m, text);
        }

        return new QueueMessageProcessor(_queue, _poison, settings ?? Settings, Run, _time, NullLogger.Instance).ProcessAsync(message);
    }

    private async Task AdvanceHalfAHoldAsync()
    {
        await _time.WhenTimersAsync();
        _time.Advance(QueueMessageProcessor.Hold / 2);
    }

    private sealed class RecordingQueue(string name) : QueueClient
    {
        private int _receipt;

        public List<string> Calls { get; } = [];

        public int FailUpdates { get; set; }

        public override string Name { get; } = name;

        public override Task<Response> CreateIfNotExistsAsync(IDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
        {
            Calls.Add("create");
            return Task.FromResult<Response>(null!);
        }

        public override Task<Response<SendReceipt>> SendMessageAsync(string messageText)
        {
            Calls.Add($"send {messageText}");
            return Task.FromResult<Response<SendReceipt>>(null!);
        }

        public override Task<Response> DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default)
        {
            Calls.Add($"delete {popReceipt}");
            return Task.FromResult<Response>(null!);
        }

        public override Task<Response<UpdateReceipt>> UpdateMessageAsync(
            string messageId, string popReceipt, string? messageText = null, TimeSpan visibilityTimeout = default, CancellationToken cancellationToken = default)
        {
            Calls.Add($"update {popReceipt} {visibilityTimeout.TotalSeconds}");
            return FailUpdates-- > 0
                ? throw new RequestFailedException(500, "busy")
                : Task.FromResult(Response.FromValue(QueuesModelFactory.UpdateReceipt($"r{++_receipt}", default), null!));
        }
    }
}
