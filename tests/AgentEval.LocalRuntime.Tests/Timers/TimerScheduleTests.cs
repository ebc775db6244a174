using AgentEval.LocalRuntime.Timers;

namespace AgentEval.LocalRuntime.Tests.Timers;

public sealed class TimerScheduleTests
{
    private static readonly DateTime Start = new(2026, 1, 1, 10, 0, 30, DateTimeKind.Utc);

    [Theory]
    [InlineData("*/5 * * * *", "2026-01-01T10:05:00Z")]
    [InlineData("0 */5 * * * *", "2026-01-01T10:05:00Z")]
    [InlineData("15 * * * * *", "2026-01-01T10:01:15Z")]
    [InlineData("0 0 3 * * Sun", "2026-01-04T03:00:00Z")]
    [InlineData("00:00:45", "2026-01-01T10:01:15Z")]
    [InlineData("1.00:00:00", "2026-01-02T10:00:30Z")]
    public void Next_Schedule_IsTheFollowingOccurrenceInUtc(string expression, string expected)
    {
        var next = TimerSchedule.Parse(expression, TimeZoneInfo.Utc).Next(Start);

        Assert.Equal(DateTimeOffset.Parse(expected, null).UtcDateTime, next);
        Assert.Equal(DateTimeKind.Utc, next.Kind);
    }

    [Fact]
    public void Next_OnAnOccurrence_IsTheOneAfter() =>
        Assert.Equal(new DateTime(2026, 1, 1, 10, 10, 0), TimerSchedule.Parse("*/5 * * * *", TimeZoneInfo.Utc).Next(new DateTime(2026, 1, 1, 10, 5, 0, DateTimeKind.Utc)));

    [Theory]
    [InlineData("* * * * *", false)]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void IsShort_UnderAMinute_IsTrue(string expression, bool expected) => Assert.Equal(expected, TimerSchedule.Parse(expression, TimeZoneInfo.Utc).IsShort(Start));

    [Theory]
    [InlineData("")]
    [InlineData("every minute")]
    [InlineData("99 * * * *")]
    [InlineData("-00:05:00")]
    [InlineData("00:00:00")]
    public void Parse_Neither_Throws(string expression)
    {
        var problem = Assert.Throws<InvalidOperationException>(() => TimerSchedule.Parse(expression, TimeZoneInfo.Utc));

        Assert.Contains($"\"{expression}\"", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 0 3 * * *", "2026-01-15T12:00:00Z", "2026-01-16T11:00:00Z", "2026-01-17T11:00:00Z")]
    [InlineData("0 0 3 * * *", "2026-07-15T12:00:00Z", "2026-07-16T10:00:00Z", "2026-07-17T10:00:00Z")]
    [InlineData("0 0 * * * *", "2026-07-15T12:30:00Z", "2026-07-15T13:00:00Z", "2026-07-15T14:00:00Z")]
    [InlineData("00:45:00", "2026-11-01T08:00:00Z", "2026-11-01T08:45:00Z", "2026-11-01T09:30:00Z")]
    public void Next_InAZone_GoesByItsClock(string expression, string after, params string[] expected) => AssertNext(expression, after, expected);

    // On 2026-03-08 the clocks of Los Angeles go from 02:00 (UTC-8) to 03:00 (UTC-7).
    [Theory]
    [InlineData("0 30 2 * * *", "2026-03-07T12:00:00Z", "2026-03-08T10:30:00Z", "2026-03-09T09:30:00Z")]
    [InlineData("0 */30 * * * *", "2026-03-08T09:30:00Z", "2026-03-08T10:00:00Z", "2026-03-08T10:30:00Z")]
    public void Next_WhereTheClockIsPutForward_LeavesNothingOut(string expression, string after, params string[] expected) => AssertNext(expression, after, expected);

    // On 2026-11-01 they go from 02:00 (UTC-7) back to 01:00 (UTC-8).
    [Theory]
    [InlineData("0 30 1 * * *", "2026-11-01T07:00:00Z", "2026-11-01T08:30:00Z", "2026-11-02T09:30:00Z")]
    [InlineData("0 30 1 * * *", "2026-11-01T09:00:00Z", "2026-11-02T09:30:00Z")]
    [InlineData("0 15,45 1 * * *", "2026-11-01T08:15:00Z", "2026-11-01T08:45:00Z", "2026-11-02T09:15:00Z")]
    [InlineData("0 30 0 * * *", "2026-11-01T07:00:00Z", "2026-11-01T07:30:00Z", "2026-11-02T08:30:00Z")]
    [InlineData(
        "*/30 * * * *",
        "2026-11-01T07:30:00Z",
        "2026-11-01T08:00:00Z", "2026-11-01T08:30:00Z", "2026-11-01T09:00:00Z", "2026-11-01T09:30:00Z", "2026-11-01T10:00:00Z")]
    public void Next_WhereTheClockIsPutBack_NamesATimeOnceAndRepeatsThrough(string expression, string after, params string[] expected) =>
        AssertNext(expression, after, expected);

    private static void AssertNext(string expression, string after, string[] expected)
    {
        var schedule = TimerSchedule.Parse(expression, TimeZoneInfo.FindSystemTimeZoneById("America/Los_Angeles"));
        var now = DateTimeOffset.Parse(after, null).UtcDateTime;
        foreach (var next in expected)
        {
            now = schedule.Next(now);
            Assert.Equal((DateTimeOffset.Parse(next, null).UtcDateTime, DateTimeKind.Utc), (now, now.Kind));
        }
    }
}
