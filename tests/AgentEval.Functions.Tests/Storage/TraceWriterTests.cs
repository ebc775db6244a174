using System.Text;
using AgentEval.Core.Traces;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AgentEval.Functions.Tests.Storage;

public sealed class TraceWriterTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly string _run = AzuriteFixture.UniqueName();
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private TraceStore Traces => _bench.Get<TraceStore>();

    public async Task InitializeAsync() => _bench = await AppBench.OpenAsync(azurite.ConnectionString, _time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Flush_FirstOneHasTheTrialsEnd_WritesABlockBlobAtOnce()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(writer, 1, 2);
        await writer.AppendAsync(Event(3, 1, TraceEventType.TrialFinished), default);
        await writer.FlushAsync(default);

        var stored = await ReadAsync();
        Assert.Equal(BlobType.Block, stored.Blob);
        Assert.Equal([1, 2, 3], stored.Events.Select(each => each.Seq));
        Assert.True(stored.IsFinished);
    }

    [Fact]
    public async Task ReadWritten_TraceWrittenAsAWhole_IsWhatIsStored()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await writer.AppendAsync(Event(1, 1, TraceEventType.TrialFinished), default);
        await writer.FlushAsync(default);
        var (written, stored) = (await Traces.ReadWrittenAsync(_run, "a~1", default), await ReadAsync());

        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Traces).DeleteBlobAsync(StorageNames.Trace(_run, "a~1"));

        Assert.Equal((stored.Length, stored.Blob, true), (written.Length, written.Blob, written.IsFinished));
        Assert.Equal(stored.Events, written.Events);
        Assert.True((await Traces.ReadWrittenAsync(_run, "a~1", default)).IsFinished);
        Assert.False((await ReadAsync()).Exists);
    }

    [Fact]
    public async Task ReadWrittenReplay_WrittenAsAWhole_IsNotAskedOfTheStorage()
    {
        await using var writer = Traces.OpenReplayWriter(_run, "a~1", StoredTrace.None);
        await writer.AppendAsync(Event(1, 1, TraceEventType.TrialFinished), default);
        await writer.FlushAsync(default);
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Traces).DeleteBlobAsync(StorageNames.ReplayTrace(_run, "a~1"));

        Assert.True((await Traces.ReadWrittenReplayAsync(_run, "a~1", default)).IsFinished);
        Assert.False((await Traces.ReadReplayAsync(_run, "a~1", default)).Exists);
        Assert.False((await Traces.ReadWrittenAsync(_run, "a~1", default)).Exists);
    }

    [Fact]
    public async Task Flush_SeveralTimes_AppendsInOrder()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(writer, 1);
        await writer.FlushAsync(default);
        Assert.Equal([1], await SeqsAsync());
        await AppendAsync(writer, 2, 3);
        await writer.FlushAsync(default);
        await writer.FlushAsync(default);
        await writer.AppendAsync(Event(4, 1, TraceEventType.TrialFinished), default);
        await writer.FlushAsync(default);
        await writer.FlushAsync(default);

        var stored = await ReadAsync();
        Assert.Equal(BlobType.Append, stored.Blob);
        Assert.Equal([1, 2, 3, 4], stored.Events.Select(each => each.Seq));
    }

    [Fact]
    public async Task Append_ASecondPasses_IsStoredWithoutBeingAsked()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(writer, 1);

        _time.Advance(Second);

        await UntilAsync(async () => (await ReadAsync()).Events.Count == 1);
        await AppendAsync(writer, 2);
        _time.Advance(Second);
        await UntilAsync(async () => (await ReadAsync()).Events.Count == 2);
    }

    [Fact]
    public async Task Dispose_WithoutAFlush_StoresNothingMore()
    {
        await using (var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None))
        {
            await AppendAsync(writer, 1);
            await writer.FlushAsync(default);
            await AppendAsync(writer, 2);
        }

        _time.Advance(Second);

        Assert.Equal([1], await SeqsAsync());
    }

    [Fact]
    public async Task TakeOver_FormerWriter_StopsAndNothingIsLostOrMixed()
    {
        await using var former = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(former, 1, 2);
        await former.FlushAsync(default);
        await AppendAsync(former, 3);

        var half = await ReadAsync();
        Assert.Equal((1, 2, false), (half.LastAttempt, half.LastSeq, half.IsFinished));
        await using var latter = Traces.OpenWriter(_run, "a~1", half);
        await latter.AppendAsync(Event(3, 2), default);
        await latter.FlushAsync(default);

        await Assert.ThrowsAsync<TraceTakenOverException>(() => former.FlushAsync(default));
        await Assert.ThrowsAsync<TraceTakenOverException>(() => former.AppendAsync(Event(4, 1), default).AsTask());
        await Assert.ThrowsAsync<TraceTakenOverException>(() => former.FlushAsync(default));
        await latter.AppendAsync(Event(4, 2, TraceEventType.TrialFinished), default);
        await latter.FlushAsync(default);
        var whole = await ReadAsync();
        Assert.Equal([(1, 1), (2, 1), (3, 2), (4, 2)], whole.Events.Select(each => (each.Seq, each.Attempt)));
        Assert.True(whole.IsFinished);
    }

    [Fact]
    public async Task TakeOver_NoticedByTheTimer_IsToldAtTheNextAppend()
    {
        await using var former = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(former, 1);
        await former.FlushAsync(default);
        await using var latter = Traces.OpenWriter(_run, "a~1", await ReadAsync());
        await latter.AppendAsync(Event(2, 2), default);
        await latter.FlushAsync(default);

        await AppendAsync(former, 2);
        _time.Advance(Second);

        await UntilAsync(async () => await Record.ExceptionAsync(() => former.AppendAsync(Event(3, 1), default).AsTask()) is TraceTakenOverException);
        Assert.Equal([(1, 1), (2, 2)], (await ReadAsync()).Events.Select(each => (each.Seq, each.Attempt)));
    }

    [Fact]
    public async Task TwoExecutionsFromNothing_OneWins()
    {
        await using var one = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await using var other = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await one.AppendAsync(Event(1, 1, TraceEventType.TrialFinished), default);
        await AppendAsync(other, 1, 2);

        await one.FlushAsync(default);

        await Assert.ThrowsAsync<TraceTakenOverException>(() => other.FlushAsync(default));
        Assert.Equal([1], await SeqsAsync());
    }

    [Fact]
    public async Task Flush_Cancelled_StoresNoLaterEventsBehindTheGap()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(writer, 1);
        await writer.FlushAsync(default);
        await AppendAsync(writer, 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.FlushAsync(new CancellationToken(canceled: true)));

        // Cancelled before it began, nothing is lost.
        await AppendAsync(writer, 3);
        await writer.FlushAsync(default);
        Assert.Equal([1, 2, 3], await SeqsAsync());

        // With the container gone a write fails in the middle: nobody knows what of it is there.
        await using var broken = new TraceWriter(_bench.Connections.Blobs.GetBlobContainerClient("no-such-container"), "x", StoredTrace.None, new RecentBytes(1_000), _time);
        await broken.AppendAsync(Event(1, 1), default);
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => broken.FlushAsync(default));
        await Assert.ThrowsAsync<IOException>(() => broken.AppendAsync(Event(2, 1), default).AsTask());
        await Assert.ThrowsAsync<IOException>(() => broken.FlushAsync(default));
    }

    [Fact]
    public async Task Append_FromManyThreadsWhileTheTimerFlushes_KeepsEveryEventWhole()
    {
        await using var writer = Traces.OpenWriter(_run, "a~1", StoredTrace.None);
        var appending = Parallel.ForEachAsync(Enumerable.Range(1, 400), async (seq, ct) =>
        {
            await writer.AppendAsync(Event(seq, 1), ct);
            if (seq % 50 == 0)
            {
                _time.Advance(Second);
            }
        });

        await appending;
        await writer.FlushAsync(default);

        Assert.Equal(Enumerable.Range(1, 400), (await SeqsAsync()).Order());
    }

    [Fact]
    public async Task Read_HalfLinesOfKilledWriters_ArePassedOver()
    {
        var blob = _bench.Connections.Blobs.GetBlobContainerClient("traces").GetAppendBlobClient($"{_run}/a~1.jsonl");
        await blob.CreateAsync();
        var half = """{"seq":2,"at":"2026-01-01T00:00:00Z","type":"toolCall","attempt":1,"arguments":{"a":1}""";
        var text = $"{Line(1, 1)}\n{half}\n\n{Line(2, 2)}\n{Line(3, 2)}\n{{\"seq\":4,\"at\"";
        await blob.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        var stored = await ReadAsync();

        Assert.Equal([(1, 1), (2, 2), (3, 2)], stored.Events.Select(each => (each.Seq, each.Attempt)));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), stored.Length);
        await using var writer = Traces.OpenWriter(_run, "a~1", stored);
        await writer.AppendAsync(Event(4, 3, TraceEventType.TrialFinished), default);
        await writer.FlushAsync(default);
        Assert.Equal((4, 3, true), ((await ReadAsync()).LastSeq, (await ReadAsync()).LastAttempt, (await ReadAsync()).IsFinished));
    }

    [Fact]
    public async Task Read_BlobCreatedButNeverWritten_IsAnEmptyTraceToGoOnWith()
    {
        await _bench.Connections.Blobs.GetBlobContainerClient("traces").GetAppendBlobClient($"{_run}/a~1.jsonl").CreateAsync();

        var stored = await ReadAsync();
        Assert.Equal((true, 0, 0, false), (stored.Exists, stored.LastAttempt, stored.LastSeq, stored.IsFinished));
        await using var writer = Traces.OpenWriter(_run, "a~1", stored);
        await AppendAsync(writer, 1);
        await writer.FlushAsync(default);

        Assert.Equal([1], await SeqsAsync());
    }

    [Fact]
    public async Task Read_KeysOfALaterVersion_AreIgnored()
    {
        await _bench.Connections.Blobs.GetBlobContainerClient("traces").GetBlockBlobClient($"{_run}/a~1.jsonl")
            .UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Line(1, 1).Replace("\"seq\"", "\"mood\":{\"good\":true},\"seq\"", StringComparison.Ordinal))));

        Assert.Equal([1], await SeqsAsync());
    }

    [Fact]
    public async Task Read_NoBlob_IsNone() => Assert.False((await ReadAsync()).Exists);

    [Fact]
    public async Task ReplayWriter_WritesBesideTheTrace()
    {
        await using var writer = Traces.OpenReplayWriter(_run, "a~1", StoredTrace.None);
        await AppendAsync(writer, 1);
        await writer.FlushAsync(default);

        Assert.False((await ReadAsync()).Exists);
        Assert.Single((await Traces.ReadReplayAsync(_run, "a~1", default)).Events);
    }

    private static TraceEvent Event(int seq, int attempt, TraceEventType type = TraceEventType.AgentRequest) =>
        new() { Seq = seq, At = DateTimeOffset.UnixEpoch, Type = type, Attempt = attempt, Text = new string('é', seq % 7) };

    private static string Line(int seq, int attempt) => System.Text.Json.JsonSerializer.Serialize(Event(seq, attempt), Core.Json.AgentEvalJson.Options);

    private static async Task AppendAsync(TraceWriter writer, params int[] seqs)
    {
        foreach (var seq in seqs)
        {
            await writer.AppendAsync(Event(seq, 1), default);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Task<StoredTrace> ReadAsync() => Traces.ReadAsync(_run, "a~1", default);

    private async Task<IEnumerable<int>> SeqsAsync() => (await ReadAsync()).Events.Select(each => each.Seq);
}
