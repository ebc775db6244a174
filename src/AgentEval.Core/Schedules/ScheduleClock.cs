using NCrontab;

namespace AgentEval.Core.Schedules;

/// <summary>When a schedule is due, in its own time zone. A local time that a clock change leaves out counts an hour later; one that comes twice counts once.</summary>
public static class ScheduleClock
{
    /// <summary>A timer that ticks every minute is late by less than this; what is later was missed.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(3);

    /// <summary>They hold every day of the year on every weekday, also the 29th of February.</summary>
    private const int YearsOfEveryDay = 41;

    private static readonly DateTime ALeapYear = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

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

    /// <summary>The first time of the schedule after <paramref name="after"/>; null: there is none.</summary>
    public static DateTimeOffset? FindNext(Schedule schedule, DateTimeOffset after)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone);
        var cron = TryParse(schedule.Cron) ?? throw new ArgumentException($"'{schedule.Cron}' is not a schedule.", nameof(schedule));
        return Occurrences(cron, zone, after, after.AddYears(YearsOfEveryDay)).Where(time => time > after).Cast<DateTimeOffset?>().FirstOrDefault();
    }

    /// <summary>What is wrong with a cron text; null: nothing.</summary>
    internal static string? FindProblem(string cron) =>
        CronText.FindProblem(cron)
        ?? (TryParse(cron) is not { } schedule ? "it cannot be read"
            : schedule.GetNextOccurrences(ALeapYear, ALeapYear.AddYears(YearsOfEveryDay)).Any() ? null
            : "no day is ever like that");

    private static CrontabSchedule? TryParse(string cron)
    {
        var fields = CronText.Split(cron);
        var options = new CrontabSchedule.ParseOptions { IncludingSeconds = fields.Length == 6 };
        return CronText.FindProblem(cron) is null ? CrontabSchedule.TryParse(string.Join(' ', fields), options) : null;
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
