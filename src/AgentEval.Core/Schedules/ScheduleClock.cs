using NCrontab;

namespace AgentEval.Core.Schedules;

/// <summary>When a schedule is due, in its own time zone. A local time that a clock change leaves out counts an hour later; one that comes twice counts once.</summary>
public static class ScheduleClock
{
    /// <summary>A timer that ticks every minute is late by less than this; what is later was missed.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(3);

    /// <summary>The time for which a run is to be started now; null: none.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="after">The last time that was dealt with, or when the schedule was stored.</param>
    /// <param name="now">Times later than this are not due yet.</param>
    public static DateTimeOffset? FindDue(Schedule schedule, DateTimeOffset after, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        if (FindLatest(schedule, after, now) is not { } latest)
        {
            return null;
        }

        return schedule.CatchUp == CatchUp.Once || now - latest <= OnTime ? latest : null;
    }

    /// <summary>The latest time of the schedule in (<paramref name="after"/>, <paramref name="now"/>]; null: none.</summary>
    public static DateTimeOffset? FindLatest(Schedule schedule, DateTimeOffset after, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);
        var cron = TryParse(schedule.Cron) ?? throw new ArgumentException($"'{schedule.Cron}' is not a schedule.", nameof(schedule));

        // A long silence is looked at from its end: only the latest time counts.
        for (var reach = TimeSpan.FromHours(1); ; reach *= 24)
        {
            var from = now - after > reach ? now - reach : after;
            var latest = Occurrences(cron, zone, from, now).Where(time => time > after).Cast<DateTimeOffset?>().LastOrDefault();
            if (latest is not null || from == after)
            {
                return latest;
            }
        }
    }

    internal static CrontabSchedule? TryParse(string cron)
    {
        var fields = cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return CrontabSchedule.TryParse(cron, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 });
    }

    private static IEnumerable<DateTimeOffset> Occurrences(CrontabSchedule cron, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var (start, end) = (TimeZoneInfo.ConvertTime(from, zone).DateTime.AddHours(-2), TimeZoneInfo.ConvertTime(to, zone).DateTime.AddHours(2));
        return cron.GetNextOccurrences(start, end).Select(local => ToTime(local, zone)).Where(time => time <= to);
    }

    private static DateTimeOffset ToTime(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            local = local.AddHours(1);
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
