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
        var next = TimerSchedule.Parse(expression).Next(Start);

        Assert.Equal(DateTimeOffset.Parse(expected, null).UtcDateTime, next);
        Assert.Equal(DateTimeKind.Utc, next.Kind);
    }

    [Fact]
    public void Next_OnAnOccurrence_IsTheOneAfter() =>
        Assert.Equal(new DateTime(2026, 1, 1, 10, 10, 0), TimerSchedule.Parse("*/5 * * * *").Next(new DateTime(2026, 1, 1, 10, 5, 0, DateTimeKind.Utc)));

    [Theory]
    [InlineData("* * * * *", false)]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    public void IsShort_UnderAMinute_IsTrue(string expression, bool expected) => Assert.Equal(expected, TimerSchedule.Parse(expression).IsShort(Start));

    [Theory]
    [InlineData("")]
    [InlineData("every minute")]
    [InlineData("99 * * * *")]
    [InlineData("-00:05:00")]
    [InlineData("00:00:00")]
    public void Parse_Neither_Throws(string expression)
    {
        var problem = Assert.Throws<InvalidOperationException>(() => TimerSchedule.Parse(expression));

        Assert.Contains($"\"{expression}\"", problem.Message, StringComparison.Ordinal);
    }
}
