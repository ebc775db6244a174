using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using NCrontab;

namespace AgentEval.Core.Schedules;

/// <summary>Reads <c>{ cron, timeZone, catchUp, enabled, run }</c>.</summary>
public static class ScheduleReader
{
    private static readonly string[] Keys = ["cron", "timeZone", "catchUp", "enabled", "run"];

    public static ReadResult<Schedule> Read(JsonNode? node)
    {
        var document = DocumentReader.Recheck(node);
        if (document.Value is null)
        {
            return new(null, document.Problems);
        }

        var problems = new ProblemList();
        if (ObjectCursor.Open(document.Value, "", problems, Keys) is not { } file)
        {
            return new(null, problems);
        }

        var cron = file.Text("cron", required: true);
        var timeZone = file.Text("timeZone") ?? "UTC";
        CheckCron(file, cron);
        CheckTimeZone(file, timeZone);
        var catchUp = file.Choice<CatchUp>("catchUp") ?? CatchUp.Skip;
        var enabled = file.Flag("enabled") ?? true;
        if (file.Required("run") is { } run)
        {
            problems.AddRange(RunRequestReader.Read(run).Problems, "run");
        }

        return problems.HasErrors
            ? new(null, problems)
            : new(new Schedule { Cron = cron!, TimeZone = timeZone, CatchUp = catchUp, Enabled = enabled, Run = file.Object("run")! }, problems);
    }

    private static void CheckCron(ObjectCursor file, string? cron)
    {
        if (cron is null)
        {
            return;
        }

        if (ScheduleClock.FindProblem(cron) is { } problem)
        {
            file.Error("cron", ProblemCodes.InvalidFormat, $"'{Found.Cut(cron)}' is not a schedule: {problem}.");
        }
        else if (CronText.Split(cron) is [var seconds, _, _, _, _, _] && !seconds.All(char.IsAsciiDigit))
        {
            file.Warning("cron", ProblemCodes.Unsupported, $"Schedules are looked at once a minute: of the several times that '{seconds}' gives each of them, only one starts a run.");
        }
    }

    private static void CheckTimeZone(ObjectCursor file, string timeZone)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out _))
        {
            file.Error("timeZone", ProblemCodes.InvalidValue, $"'{timeZone}' is not a time zone; use an IANA name such as Europe/Berlin.");
        }
    }
}
