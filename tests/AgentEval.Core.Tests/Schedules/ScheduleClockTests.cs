using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Schedules;

namespace AgentEval.Core.Tests.Schedules;

public sealed class ScheduleClockTests
{
    [Theory]
    [InlineData("0 6 * * *", "2026-01-01T00:00Z", "2026-01-01T05:59Z", null)]
    [InlineData("0 6 * * *", "2026-01-01T00:00Z", "2026-01-01T06:00Z", "2026-01-01T06:00Z")]
    [InlineData("0 6 * * *", "2026-01-01T06:00Z", "2026-01-01T06:01Z", null)]
    [InlineData("0 6 * * *", "2026-01-01T00:00Z", "2026-01-01T06:03Z", "2026-01-01T06:00Z")]
    [InlineData("0 6 * * *", "2026-01-01T00:00Z", "2026-01-01T06:04Z", null)]
    [InlineData("30 0 6 * * *", "2026-01-01T06:00Z", "2026-01-01T06:01Z", "2026-01-01T06:00:30Z")]
    [InlineData("*/5 * * * *", "2026-01-01T06:00Z", "2026-01-01T06:11Z", "2026-01-01T06:10Z")]
    public void FindDue_Utc_IsTheLatestTimeThatIsNotMissed(string cron, string after, string now, string? due) =>
        Assert.Equal(Time(due), ScheduleClock.FindDue(Schedule(cron), Time(after)!.Value, Time(now)!.Value));

    [Theory]
    [InlineData(CatchUp.Skip, null)]
    [InlineData(CatchUp.Once, "2026-03-09T06:00Z")]
    public void FindDue_DownForMonths_MakesUpForTheLatestOnlyIfToldTo(CatchUp catchUp, string? due) =>
        Assert.Equal(Time(due), ScheduleClock.FindDue(Schedule("0 6 * * 1") with { CatchUp = catchUp }, Time("2025-11-01T00:00Z")!.Value, Time("2026-03-12T00:00Z")!.Value));

    [Theory]
    [InlineData("0 6 1 1 *", "2020-06-01T00:00Z", "2026-05-01T00:00Z", "2026-01-01T06:00Z")]
    [InlineData("0 0 29 2 *", "2020-06-01T00:00Z", "2026-05-01T00:00Z", "2024-02-29T00:00Z")]
    [InlineData("0 0 29 2 *", "2024-06-01T00:00Z", "2026-05-01T00:00Z", null)]
    public void FindLatest_RareTimes_AreFoundHoweverLongAgo(string cron, string after, string now, string? latest) =>
        Assert.Equal(Time(latest), ScheduleClock.FindLatest(Schedule(cron), Time(after)!.Value, Time(now)!.Value));

    [Theory]
    // Berlin leaves out 02:00 to 03:00 on 29 March 2026: 02:30 counts at 03:30 summer time.
    [InlineData("30 2 * * *", "2026-03-29T00:00Z", "2026-03-29T01:29Z", null)]
    [InlineData("30 2 * * *", "2026-03-29T00:00Z", "2026-03-29T01:30Z", "2026-03-29T01:30Z")]
    [InlineData("30 2 * * *", "2026-03-29T01:30Z", "2026-03-29T23:00Z", null)]
    // 02:30 comes twice on 25 October 2026 and counts the first time.
    [InlineData("30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z", "2026-10-25T00:30Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30Z", "2026-10-25T12:00Z", null)]
    [InlineData("0 9 * * *", "2026-03-28T12:00Z", "2026-03-29T12:00Z", "2026-03-29T07:00Z")]
    [InlineData("0 9 * * *", "2026-10-24T12:00Z", "2026-10-25T12:00Z", "2026-10-25T08:00Z")]
    public void FindLatest_ClockChange_CountsEachLocalTimeOnce(string cron, string after, string now, string? latest) => Assert.Equal(
        Time(latest), ScheduleClock.FindLatest(Schedule(cron) with { TimeZone = "Europe/Berlin" }, Time(after)!.Value, Time(now)!.Value));

    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *")]
    [InlineData("Europe/Berlin", "*/20 * * * *")]
    [InlineData("America/New_York", "30 1,2 * * *")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *")]
    [InlineData("Asia/Kathmandu", "45 23 * * *")]
    public void FindLatest_TickedEveryMinuteOfAYear_NeverGoesBackNorTwice(string zone, string cron)
    {
        var schedule = Schedule(cron) with { TimeZone = zone };
        var dealtWith = Time("2026-03-01T00:00Z")!.Value;
        var days = new HashSet<DateOnly>();
        foreach (var minute in Enumerable.Range(0, 60 * 24 * 60 / 7).Concat(Enumerable.Range(43_000, 1_500)).Distinct())
        {
            var now = Time("2026-03-01T00:00Z")!.Value.AddMinutes(minute * 7);
            if (ScheduleClock.FindLatest(schedule, dealtWith, now) is { } latest)
            {
                Assert.True(latest > dealtWith && latest <= now, $"{latest:o} after {dealtWith:o} at {now:o}");
                dealtWith = latest;
                days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(latest, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime));
            }
        }

        Assert.InRange(days.Count, 59, 400);
    }

    [Fact]
    public void Read_Defaults_AreUtcSkipAndEnabled()
    {
        var schedule = ScheduleReader.Read(Document("0 6 * * 1-5")).Value!;

        Assert.Equal(("UTC", CatchUp.Skip, true, "0 6 * * 1-5"), (schedule.TimeZone, schedule.CatchUp, schedule.Enabled, schedule.Cron));
    }

    [Theory]
    [InlineData("99999999999 * * * *", "the minute '99999999999' is none of 0 to 59")]
    [InlineData("2147483648 * * * *", "the minute")]
    [InlineData("*/99999999999999999999 * * * *", "the step")]
    [InlineData("1-99999999999 * * * *", "the minute '99999999999'")]
    [InlineData("0 0 * * 99999999999", "the weekday '99999999999' is none of 0 to 6, and no name of one")]
    [InlineData("0 0 1 1-99999999999 *", "the month")]
    [InlineData("0 25 * * 1-5", "the hour '25' is none of 0 to 23")]
    [InlineData("*/0 * * * *", "the step '0' of the minute is none of 1 to 59")]
    [InlineData("*/-1 * * * *", "the step '-1'")]
    [InlineData("*/70 * * * *", "the step '70'")]
    [InlineData("0 22-2 * * *", "runs backwards: write it as two, such as 22-23,0-2")]
    [InlineData("1-2-3 * * * *", "is no range")]
    [InlineData("0 0 * foo mon", "the month 'foo'")]
    [InlineData("0 0 30 2 *", "no day is ever like that")]
    [InlineData("0 0 31 4,6 *", "no day is ever like that")]
    [InlineData("* * * *", "it has 4 fields")]
    [InlineData("", "it has 0 fields")]
    [InlineData(", * * * *", "the minute ''")]
    [InlineData("1- * * * *", "the minute ''")]
    [InlineData("@daily", "it has 1 fields")]
    [InlineData("0 0 ? * L", "the day '?'")]
    public void FindProblem_NoSchedule_NamesTheField(string cron, string problem) => Assert.Contains(problem, ScheduleClock.FindProblem(cron)!, StringComparison.Ordinal);

    [Theory]
    [InlineData("0 6 * * 1-5")]
    [InlineData("*/5 0-4/2,22 1,15 jan-mar,December MON-fri")]
    [InlineData("30 0 0 29 2 1")]
    [InlineData("*/10 * * * * *")]
    [InlineData(" 0\t6 * *  0 ")]
    public void FindProblem_Schedule_IsNull(string cron) => Assert.Null(ScheduleClock.FindProblem(cron));

    [Fact]
    public void FindProblem_AnyText_AgreesWithTheClockAndNeverThrows()
    {
        string[] parts = ["*", "/", "-", ",", "0", "1", "59", "7", "60", "9999999999", "mon", "jan", "?", "L", "#", ".", "+"];
        var random = new Random(5);
        var good = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var cron = string.Join(' ', Enumerable.Range(0, 5).Select(field => field == round % 5 ? string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(parts.Length)])) : "*"));
            if (ScheduleClock.FindProblem(cron) is null)
            {
                Assert.NotNull(ScheduleClock.FindNext(Schedule(cron), DateTimeOffset.UnixEpoch));
                good++;
            }
        }

        Assert.InRange(good, 500, 19_500);
    }

    [Theory]
    [InlineData("0 6 * * *", "2026-01-01T06:00:00Z", "2026-01-02T06:00:00Z")]
    [InlineData("0 0 29 2 *", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    public void FindNext_Schedule_IsTheFirstTimeAfter(string cron, string after, string next) => Assert.Equal(Time(next), ScheduleClock.FindNext(Schedule(cron), Time(after)!.Value));

    [Theory]
    [InlineData("*/10 * * * * *", 1)]
    [InlineData("30 * * * * *", 0)]
    [InlineData("* * * * *", 0)]
    public void Read_SeveralTimesAMinute_IsWarnedOf(string cron, int warnings) => Assert.Equal(warnings, ScheduleReader.Read(Document(cron)).Problems.Warnings.Count);

    [Theory]
    [InlineData("cron", "\"every day\"", "cron", "invalidFormat")]
    [InlineData("cron", "\"61 * * * *\"", "cron", "invalidFormat")]
    [InlineData("cron", "\"* * * *\"", "cron", "invalidFormat")]
    [InlineData("cron", "\"* * * * * * *\"", "cron", "invalidFormat")]
    [InlineData("cron", "null", "cron", "required")]
    [InlineData("cron", "5", "cron", "wrongType")]
    [InlineData("cron", "\"\\ud800\"", "", "invalidSyntax")]
    [InlineData("timeZone", "\"Mars/Olympus\"", "timeZone", "invalidValue")]
    [InlineData("timeZone", "\"../../etc/passwd\"", "timeZone", "invalidValue")]
    [InlineData("catchUp", "\"twice\"", "catchUp", "invalidValue")]
    [InlineData("enabled", "\"yes\"", "enabled", "wrongType")]
    [InlineData("run", "null", "run", "required")]
    [InlineData("run", "[]", "run", "wrongType")]
    [InlineData("run", "{\"suite\":\"a\"}", "run.agent", "required")]
    [InlineData("crom", "1", "crom", "unknownKey")]
    public void Read_BadDocument_TellsWhere(string key, string value, string path, string code)
    {
        var document = Document("0 6 * * *");
        document[key] = JsonNode.Parse(value);

        var errors = ScheduleReader.Read(document).Problems.Errors;

        Assert.Contains(errors, error => error.Code == code && (error.Path == path || code == "invalidSyntax"));
    }

    [Fact]
    public void Read_NoObject_IsAProblem()
    {
        Assert.NotEmpty(ScheduleReader.Read(null).Problems.Errors);
        Assert.NotEmpty(ScheduleReader.Read(JsonValue.Create(3)).Problems.Errors);
    }

    private static Schedule Schedule(string cron) => new() { Cron = cron, Run = [] };

    private static JsonObject Document(string cron) => new() { ["cron"] = cron, ["run"] = new JsonObject { ["suite"] = "a", ["agent"] = "b" } };

    private static DateTimeOffset? Time(string? text) => text is null ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
