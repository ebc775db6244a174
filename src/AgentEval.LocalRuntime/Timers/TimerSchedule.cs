using System.Globalization;
using NCrontab;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>When a timer occurs, in UTC: an NCrontab expression of 5 or 6 fields, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private readonly Func<DateTime, DateTime> _next;

    private TimerSchedule(Func<DateTime, DateTime> next) => _next = next;

    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static TimerSchedule Parse(string expression)
    {
        var hasSeconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        if (CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds }) is { } cron)
        {
            return new(after => DateTime.SpecifyKind(cron.GetNextOccurrence(after), DateTimeKind.Utc));
        }

        return TimeSpan.TryParse(expression, CultureInfo.InvariantCulture, out var interval) && interval > TimeSpan.Zero
            ? new(after => after + interval)
            : throw new InvalidOperationException(
                $"The schedule \"{expression}\" is neither an NCrontab expression of 5 or 6 fields (0 */5 * * * *) nor a time span (00:05:00).");
    }

    public DateTime Next(DateTime after) => _next(after);

    /// <summary>Whether occurrences lie less than a minute apart: their status is not worth keeping.</summary>
    public bool IsShort(DateTime now)
    {
        var next = Next(now);
        return Next(next) - next < TimeSpan.FromMinutes(1);
    }
}
