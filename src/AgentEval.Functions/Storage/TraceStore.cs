using System.Text.Json;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AgentEval.Functions.Storage;

/// <summary>What is known of a trial from its trace.</summary>
/// <param name="Events">All events of all attempts, without a last line that was cut.</param>
/// <param name="Length">Bytes in the blob.</param>
/// <param name="Blob">How the blob was written; null: there is none.</param>
public sealed record StoredTrace(IReadOnlyList<TraceEvent> Events, long Length, BlobType? Blob)
{
    public static StoredTrace None { get; } = new([], 0, null);

    public bool Exists => Blob is not null;

    /// <summary>The last attempt reached its end.</summary>
    public bool IsFinished => Events is [.., { Type: TraceEventType.TrialFinished }];

    /// <summary>How the last attempt ended; null: it did not reach its end.</summary>
    public TrialStatus? Status => IsFinished ? Enum.Parse<TrialStatus>(Events[^1].Name!, ignoreCase: true) : null;

    /// <summary>0: none.</summary>
    public int LastAttempt => Events is [.., { } last] ? last.Attempt : 0;

    public int LastSeq => Events is [.., { } last] ? last.Seq : 0;
}

/// <summary>Traces: JSON Lines, one blob a trial, all its attempts in order.</summary>
public sealed class TraceStore
{
    private const int MaxRecentBytes = 4 * 1024 * 1024;

    private readonly BlobContainerClient _container;
    private readonly RecentBytes _recent = new(MaxRecentBytes);
    private readonly TimeProvider _time;

    public TraceStore(StorageConnections connections, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _container = connections.Blobs.GetBlobContainerClient(StorageNames.Traces);
        _time = time;
    }

    public Task<StoredTrace> ReadAsync(string runId, string trialId, CancellationToken cancellationToken) =>
        ReadBlobAsync(StorageNames.Trace(runId, trialId), cancellationToken);

    /// <summary>
    /// As <see cref="ReadAsync"/>, but what this process has just written as a whole is not asked of the storage again: nobody changes a trace
    /// after its end. For reading a run that is being worked on, not one that may have been deleted.
    /// </summary>
    public Task<StoredTrace> ReadWrittenAsync(string runId, string trialId, CancellationToken cancellationToken) =>
        ReadWrittenBlobAsync(StorageNames.Trace(runId, trialId), cancellationToken);

    public Task<StoredTrace> ReadReplayAsync(string runId, string trialId, CancellationToken cancellationToken) =>
        ReadBlobAsync(StorageNames.ReplayTrace(runId, trialId), cancellationToken);

    /// <summary><see cref="ReadWrittenAsync"/> for a replay.</summary>
    public Task<StoredTrace> ReadWrittenReplayAsync(string runId, string trialId, CancellationToken cancellationToken) =>
        ReadWrittenBlobAsync(StorageNames.ReplayTrace(runId, trialId), cancellationToken);

    /// <summary>Goes on behind what <paramref name="stored"/> holds.</summary>
    internal TraceWriter OpenWriter(string runId, string trialId, StoredTrace stored) =>
        new(_container, StorageNames.Trace(runId, trialId), stored, _recent, _time);

    internal TraceWriter OpenReplayWriter(string runId, string trialId, StoredTrace stored) =>
        new(_container, StorageNames.ReplayTrace(runId, trialId), stored, _recent, _time);

    private Task<StoredTrace> ReadWrittenBlobAsync(string name, CancellationToken cancellationToken) => _recent.Find(name) is { } bytes
        ? Task.FromResult(new StoredTrace(Parse(bytes.Span), bytes.Length, BlobType.Block))
        : ReadBlobAsync(name, cancellationToken);

    private async Task<StoredTrace> ReadBlobAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var content = await _container.GetBlobBaseClient(name).DownloadContentAsync(cancellationToken);
            var bytes = content.Value.Content.ToMemory();
            return new StoredTrace(Parse(bytes.Span), bytes.Length, content.Value.Details.BlobType);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return StoredTrace.None;
        }
    }

    /// <summary>A writer that was killed may leave half a line; it is passed over, and the next attempt begins on a new one.</summary>
    private static List<TraceEvent> Parse(ReadOnlySpan<byte> lines)
    {
        var events = new List<TraceEvent>();
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.IsEmpty || line[^1] != (byte)'}')
            {
                continue;
            }

            try
            {
                events.Add(JsonSerializer.Deserialize<TraceEvent>(line, AgentEvalJson.Options)!);
            }
            catch (JsonException)
            {
                // Half a line that happens to end in a brace.
            }
        }

        return events;
    }
}
