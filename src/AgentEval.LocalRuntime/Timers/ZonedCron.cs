using NCrontab;

namespace AgentEval.LocalRuntime.Timers;

/// <summary>
/// An NCrontab expression on the clock of a time zone. Where the clock is put forward, an occurrence that it leaves out comes that much later. Where it is
/// put back, an expression that names a time of day occurs the first time only; one that repeats within the hour or the day goes on through both.
/// </summary>
internal sealed class ZonedCron
{
    private static readonly char[] Repeating = ['*', '/', '-'];

    private readonly CrontabSchedule _cron;
    private readonly TimeZoneInfo _zone;
    private readonly bool _repeats;

    public ZonedCron(CrontabSchedule cron, TimeZoneInfo zone)
    {
        _cron = cron;
        _zone = zone;
        var fields = cron.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        _repeats = fields[..^3].Any(field => field.IndexOfAny(Repeating) >= 0);
    }

    /// <param name="after">UTC, as is the result.</param>
    public DateTime Next(DateTime after)
    {
        var before = _zone.GetUtcOffset(DateTime.SpecifyKind(after, DateTimeKind.Utc));
        var clock = DateTime.SpecifyKind(after + before, DateTimeKind.Unspecified);
        var next = _cron.GetNextOccurrence(clock);
        return _repeats ? Repeat(clock, next, before) : Name(next, before);
    }

    /// <summary>The hour that comes twice is reckoned from where the schedule stands in it.</summary>
    private DateTime Repeat(DateTime clock, DateTime next, TimeSpan before)
    {
        var utc = ToUtc(next);
        return _zone.IsAmbiguousTime(clock) || _zone.IsAmbiguousTime(next) ? utc + (_zone.GetUtcOffset(utc) - before) : utc;
    }

    /// <summary>A time that comes twice counts before the clock is put back; when it has been, it is over.</summary>
    private DateTime Name(DateTime next, TimeSpan before)
    {
        if (_zone.IsAmbiguousTime(next) && _zone.GetUtcOffset(next) != before)
        {
            return DateTime.SpecifyKind(next - before, DateTimeKind.Utc);
        }

        while (_zone.IsAmbiguousTime(next))
        {
            next = _cron.GetNextOccurrence(next);
        }

        return ToUtc(next);
    }

    /// <summary>A time that comes twice is taken as the second, one that is left out by the offset from before.</summary>
    private DateTime ToUtc(DateTime clock) => DateTime.SpecifyKind(clock - _zone.GetUtcOffset(clock), DateTimeKind.Utc);
}
