using System.Globalization;
using NCrontab;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>
/// When a timer occurs: an NCrontab expression of 5 or 6 fields, read in the machine's time zone, or a fixed interval. Times that go in and come out are UTC.
/// </summary>
internal sealed class TimerSchedule
{
    private readonly Func<DateTime, DateTime> _next;

    private TimerSchedule(Func<DateTime, DateTime> next) => _next = next;

    /// <param name="expression">The schedule.</param>
    /// <param name="zone">Of the machine: what <c>TZ</c> says, on Azure UTC unless <c>WEBSITE_TIME_ZONE</c> says otherwise.</param>
    /// <exception cref="InvalidOperationException">The expression is neither.</exception>
    public static TimerSchedule Parse(string expression, TimeZoneInfo zone)
    {
        var hasSeconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        if (CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds }) is { } cron)
        {
            return new(new ZonedCron(cron, zone).Next);
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
