using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Runs;

/// <summary>Lets this process say every ten seconds what it works on.</summary>
internal sealed partial class WorkerBeats(Workers workers, TimeProvider time, ILogger<WorkerBeats> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await TryBeatAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Nothing rests on a beat: one that fails is missed.</summary>
    private async Task TryBeatAsync(CancellationToken stopping)
    {
        try
        {
            await workers.BeatAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogMissed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "This process could not say what it works on; GET /status may not show it")]
    private partial void LogMissed(Exception failure);
}
