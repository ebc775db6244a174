using AgentEval.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>Runs one function at the occurrences of its schedule, and once for those it missed while nobody listened.</summary>
internal sealed partial class TimerListener(
    string function, TimerSchedule schedule, TimerTriggerAttribute trigger, ITimerStatusStore store, Func<TimerInfo, Task> run, TimeProvider time, ILogger logger)
{
    // Longer delays than this do not fit a timer.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private bool _startupDone;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>Until <paramref name="stop"/> fires; a call that runs then is awaited.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var monitored = trigger.UseMonitor && !schedule.IsShort(Now);
        var status = monitored ? await RecoverAsync(stop) : First();
        if (await StartupAsync(status, monitored, stop))
        {
            status = await AdvanceAsync(status, Now, monitored);
        }

        while (await ReachAsync(status.Next, stop))
        {
            await CallAsync(status, monitored, pastDue: false);
            status = await AdvanceAsync(status, status.Next, monitored);
        }
    }

    private ScheduleStatus First()
    {
        var now = Now;
        return new ScheduleStatus { Next = schedule.Next(now), LastUpdated = now };
    }

    /// <summary>What was kept, with the next occurrence by the schedule as it is today.</summary>
    private async Task<ScheduleStatus> RecoverAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(function, cancellationToken) is not { } kept)
        {
            var first = First();
            await store.WriteAsync(function, first, cancellationToken);
            return first;
        }

        var from = kept.Last == default ? kept.LastUpdated : kept.Last;
        return new ScheduleStatus { Last = kept.Last, Next = schedule.Next(from.ToUniversalTime()), LastUpdated = kept.LastUpdated };
    }

    /// <summary>Whether the function ran: for what was missed, or because it asks to run on startup.</summary>
    private async Task<bool> StartupAsync(ScheduleStatus status, bool monitored, CancellationToken stop)
    {
        var pastDue = monitored && status.Next < Now;
        var onStartup = trigger.RunOnStartup && !_startupDone;
        _startupDone = true;
        if (stop.IsCancellationRequested || !(pastDue || onStartup))
        {
            return false;
        }

        if (pastDue)
        {
            LogPastDue(function, status.Next);
        }

        await CallAsync(status, monitored, pastDue);
        return true;
    }

    /// <summary>False when told to stop.</summary>
    private async Task<bool> ReachAsync(DateTime occurrence, CancellationToken stop)
    {
        try
        {
            // In a loop, because the clock may be set and a timer may fire early.
            while (occurrence - Now is { Ticks: > 0 } left)
            {
                await Task.Delay(left < LongestDelay ? left : LongestDelay, time, stop);
            }

            return !stop.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task CallAsync(ScheduleStatus status, bool monitored, bool pastDue)
    {
        try
        {
            await run(new TimerInfo { IsPastDue = pastDue, ScheduleStatus = monitored ? status : null });
        }
        catch (Exception problem)
        {
            LogFailed(problem, function);
        }
    }

    /// <summary>Occurrences that passed during the call are skipped.</summary>
    private async Task<ScheduleStatus> AdvanceAsync(ScheduleStatus status, DateTime occurrence, bool monitored)
    {
        var now = Now;
        var next = schedule.Next(occurrence);
        var advanced = new ScheduleStatus { Last = occurrence, Next = next > now ? next : schedule.Next(now), LastUpdated = occurrence };
        if (monitored)
        {
            await KeepAsync(advanced, status);
        }

        return advanced;
    }

    private async Task KeepAsync(ScheduleStatus advanced, ScheduleStatus former)
    {
        try
        {
            await store.WriteAsync(function, advanced, CancellationToken.None);
        }
        catch (Azure.RequestFailedException problem)
        {
            LogNotKept(problem, function, former.Next);
        }
        catch (AggregateException problem)
        {
            LogNotKept(problem, function, former.Next);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The timer of '{Function}' missed {Occurrence:o}; running it now")]
    private partial void LogPastDue(string function, DateTime occurrence);

    [LoggerMessage(Level = LogLevel.Error, Message = "The function '{Function}' failed")]
    private partial void LogFailed(Exception problem, string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The status of the timer of '{Function}' could not be kept; after a restart {Occurrence:o} may run again")]
    private partial void LogNotKept(Exception problem, string function, DateTime occurrence);
}
