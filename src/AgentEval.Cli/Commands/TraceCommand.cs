using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>trace RUN TRIAL</c>: a trial's events, also while it runs; JSON Lines with <c>--output json</c>.</summary>
internal static class TraceCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static CliCommand Create()
    {
        var runId = ServerCommand.RunId();
        var trialId = ServerCommand.TrialId();
        var after = new Option<int>("--after") { Description = "Only events after this sequence number.", HelpName = "SEQ" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Wait for further events until the trial is finished." };
        return ServerCommand.OnData(
            "trace",
            "Gives the events of a trial.",
            "agenteval trace RUN refund-happy-path~1 --output json",
            [runId, trialId, after, follow],
            async (session, server, arguments, cancellationToken) =>
            {
                var (run, trial) = (arguments.GetRequiredValue(runId), arguments.GetRequiredValue(trialId));
                var seen = arguments.GetValue(after);
                TrialStatus? known = null;
                bool isFinished;
                do
                {
                    isFinished = !arguments.GetValue(follow);
                    await foreach (var item in server.Client.GetTraceAsync(run, trial, seen, cancellationToken))
                    {
                        Write(session, item);
                        seen = item.Seq;
                        isFinished |= item.Type == TraceEventType.TrialFinished;
                    }

                    if (seen == 0)
                    {
                        var status = (await server.Client.GetTrialAsync(run, trial, cancellationToken)).Status;

                        // One that ended between the two looks has events after all, so they are looked for once more.
                        isFinished |= status.IsFinished() && status == known;
                        if (isFinished || (status != known && !status.IsFinished()))
                        {
                            session.Log.Notice(WhyEmpty(trial, status));
                        }

                        known = status;
                    }

                    if (!isFinished)
                    {
                        await Task.Delay(Poll, session.Environment.Time, cancellationToken);
                    }
                }
                while (!isFinished);
                return ExitCodes.Success;
            });
    }

    private static string WhyEmpty(string trial, TrialStatus status) => status switch
    {
        TrialStatus.Pending => $"Trial {trial} has not started.",
        TrialStatus.Running => $"Trial {trial} has started; its first events are not written yet.",
        _ => $"Trial {trial} is {ResultView.TrialWord(status)} and has no events.",
    };

    private static void Write(CliSession session, TraceEvent item)
    {
        if (session.Format == OutputFormat.Json)
        {
            session.Environment.Output.WriteLine(JsonSerializer.Serialize(item, AgentEvalJson.Options));
            return;
        }

        var type = JsonNamingPolicy.CamelCase.ConvertName(item.Type.ToString());
        session.Write(item, (console, shown) => console.MarkupLine(string.Create(
            CultureInfo.InvariantCulture, $"[grey]{shown.Seq,4} {shown.At:HH:mm:ss.fff}[/] [{Colour(shown.Type)}]{type,-13}[/] {Markup.Escape(Detail(shown))}")));
    }

    private static string Detail(TraceEvent item)
    {
        string?[] parts =
        [
            item.Tool,
            item.Name,
            item.Code,
            item.Arguments?.ToJsonString(AgentEvalJson.Options),
            item.Result?.ToJsonString(AgentEvalJson.Options),
            item.Score is null ? null : Figures.Score(item.Score),
            item.Text,
            item.Seconds is null ? null : $"({Figures.Duration(item.Seconds)})",
        ];
        return string.Join(' ', parts.Where(part => !string.IsNullOrEmpty(part)));
    }

    private static string Colour(TraceEventType type) => type switch
    {
        TraceEventType.AgentRequest or TraceEventType.AgentResponse => "blue",
        TraceEventType.ToolCall or TraceEventType.ToolResult => "teal",
        TraceEventType.Violation or TraceEventType.Error => "red",
        TraceEventType.Deviation or TraceEventType.Retry or TraceEventType.Injection => "yellow",
        _ => "grey",
    };
}
