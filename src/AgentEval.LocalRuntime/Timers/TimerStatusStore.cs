using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>Keeps the status of schedules, so that a restart knows what was missed.</summary>
internal interface ITimerStatusStore
{
    /// <summary>Null: nothing was kept yet, or it cannot be read.</summary>
    Task<ScheduleStatus?> ReadAsync(string function, CancellationToken cancellationToken);

    Task WriteAsync(string function, ScheduleStatus status, CancellationToken cancellationToken);
}

/// <summary>A blob per function, where the real host has it and in its shape.</summary>
internal sealed class BlobTimerStatusStore(BlobContainerClient container, string appId) : ITimerStatusStore
{
    public async Task<ScheduleStatus?> ReadAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            var content = await Blob(function).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<ScheduleStatus>(content.Value.Content);
        }
        catch (RequestFailedException absent) when (absent.Status == 404)
        {
            return null;
        }
        catch (JsonException)
        {
            // Not ours, or half written by a tool: the schedule starts anew, as in the real host.
            return null;
        }
    }

    public Task WriteAsync(string function, ScheduleStatus status, CancellationToken cancellationToken) =>
        Blob(function).UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true, cancellationToken);

    private BlobClient Blob(string function) => container.GetBlobClient($"timers/{appId}/{function}/status");
}
