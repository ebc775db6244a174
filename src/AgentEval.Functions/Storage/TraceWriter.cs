using System.Text.Json;
using AgentEval.Core.Json;
using AgentEval.Core.Traces;
using AgentEval.Functions.Trials;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AgentEval.Functions.Storage;

/// <summary>
/// Writes one trace. Every append says where the blob must end, so that of two writers the one that took over goes on and the other gets
/// <see cref="TraceTakenOverException"/>. A trial that ends before its first flush costs one request.
/// </summary>
internal sealed class TraceWriter : ITraceSink, IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly BlobContainerClient _container;
    private readonly string _name;
    private readonly RecentBytes _recent;
    private readonly MemoryStream _pending = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _closed = new();
    private AppendBlobClient? _blob;
    private long _position;
    private bool _ended;
    private Exception? _failure;

    public TraceWriter(BlobContainerClient container, string name, StoredTrace stored, RecentBytes recent, TimeProvider time)
    {
        _container = container;
        _name = name;
        _recent = recent;
        _position = stored.Length;
        if (stored.Blob == BlobType.Append)
        {
            _blob = container.GetAppendBlobClient(name);
            _pending.Write(NewLine);
        }

        _timer = time.CreateTimer(_ => _ = FlushQuietlyAsync(), null, FlushEvery, FlushEvery);
    }

    public ValueTask AppendAsync(TraceEvent traceEvent, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        lock (_pending)
        {
            JsonSerializer.Serialize(_pending, traceEvent, AgentEvalJson.Options);
            _pending.Write(NewLine);
            _ended = traceEvent.Type == TraceEventType.TrialFinished;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Stores what is pending. With the trial's end in it and nothing written before, the whole trace is one request.</summary>
    /// <exception cref="TraceTakenOverException">Another execution writes this trace now.</exception>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ThrowIfBroken();
            await StorePendingAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _closed.CancelAsync();
        await _gate.WaitAsync();
        _closed.Dispose();
        _gate.Dispose();
        await _pending.DisposeAsync();
    }

    /// <summary>After a write that failed nobody knows what is stored: this writer stores no more, and the next execution goes on from what there is.</summary>
    private async Task StorePendingAsync(CancellationToken cancellationToken)
    {
        if (Take(out var ended) is not { Length: > 0 } bytes)
        {
            return;
        }

        try
        {
            await (ended && _blob is null ? UploadWholeAsync(bytes, cancellationToken) : AppendAsync(bytes, cancellationToken));
        }
        catch (Exception failure)
        {
            _failure = failure;
            throw;
        }
    }

    private async Task UploadWholeAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await _container.GetBlobClient(_name).UploadAsync(BinaryData.FromBytes(bytes), options, cancellationToken);
            _recent.Keep(_name, bytes);
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            throw new TraceTakenOverException(_name, failure);
        }
    }

    private async Task AppendAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            _blob ??= await CreateAsync(cancellationToken);
            using var content = new MemoryStream(bytes, writable: false);
            var options = new AppendBlobAppendBlockOptions { Conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = _position } };
            await _blob.AppendBlockAsync(content, options, cancellationToken);
            _position += bytes.Length;
        }
        catch (RequestFailedException failure) when (failure.Status is 409 or 412)
        {
            throw new TraceTakenOverException(_name, failure);
        }
    }

    private async Task<AppendBlobClient> CreateAsync(CancellationToken cancellationToken)
    {
        var blob = _container.GetAppendBlobClient(_name);
        var options = new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } };
        await blob.CreateAsync(options, cancellationToken);
        return blob;
    }

    /// <summary>The timer has nobody to tell: the failure waits for the next append, flush or completion.</summary>
    private async Task FlushQuietlyAsync()
    {
        try
        {
            await FlushAsync(_closed.Token);
        }
        catch (Exception failure) when (_failure is not null || failure is OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    private byte[] Take(out bool ended)
    {
        lock (_pending)
        {
            ended = _ended;
            var bytes = _pending.ToArray();
            _pending.SetLength(0);
            return bytes;
        }
    }

    private void ThrowIfBroken()
    {
        if (_failure is TraceTakenOverException takenOver)
        {
            throw new TraceTakenOverException(_name, takenOver);
        }

        if (_failure is not null)
        {
            throw new IOException($"The trace {_name} cannot be written.", _failure);
        }
    }
}
