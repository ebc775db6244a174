using AgentEval.LocalRuntime.Hosting;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>The app's timers; of several processes with the same storage, one runs them.</summary>
internal sealed partial class TimerTriggers(
    FunctionCatalogue catalogue, FunctionRunner runner, AppSource source, StorageConnections storage, IConfiguration configuration,
    TimeProvider time, ILogger<TimerTriggers> logger) : IRuntimePart, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public int Order => 60;

    /// <exception cref="InvalidOperationException">A schedule is wrong.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var timers = catalogue.TriggeredBy<TimerTriggerAttribute>()
            .Select(f => (f.Function, f.Trigger, Schedule: TimerSchedule.Parse(SettingExpressions.Resolve(f.Trigger.Schedule, configuration), time.LocalTimeZone)))
            .ToArray();
        if (timers.Length == 0)
        {
            return;
        }

        var container = storage.Blobs().GetBlobContainerClient("azure-webjobs-hosts");
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        var store = new BlobTimerStatusStore(container, source.Id);
        var listeners = timers.Select(t => new TimerListener(t.Function.Name, t.Schedule, t.Trigger, store, info => RunAsync(t.Function, info), time, logger));
        _running = RunAsync(new TimerLease(container, source.Id, time, logger), [.. listeners]);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await Stopping.WaitAsync(_running, time, cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(TimerLease lease, TimerListener[] listeners)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await lease.HoldAsync(held => Task.WhenAll(listeners.Select(l => l.RunAsync(held))), _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is AggregateException or RequestFailedException)
            {
                LogInterrupted(problem, TimerLease.Retry);
                await Task.Delay(TimerLease.Retry, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Task<object?> RunAsync(LocalFunction function, TimerInfo info) => runner.RunAsync(function, new FunctionEvent(_ => info), CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage failed the timers; starting them again in {Delay}")]
    private partial void LogInterrupted(Exception problem, TimeSpan delay);
}
