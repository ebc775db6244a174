using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>schedule put|list|delete</c>: runs that are started again and again.</summary>
internal static class ScheduleCommand
{
    public static Command Create() => new("schedule", "Stores, lists and deletes schedules.")
    {
        Put(), List(), Delete(),
    };

    private static CliCommand Put()
    {
        var name = Name();
        var file = new Argument<string>("FILE") { Description = "{ cron, timeZone, catchUp, enabled, run }, YAML or JSON." };
        return ServerCommand.Create(
            "put", "Stores a schedule.", "agenteval schedule put nightly schedules/nightly.yaml", [name, file],
            async (session, server, arguments, cancellationToken) =>
            {
                var stored = await server.Client.PutScheduleAsync(
                    arguments.GetRequiredValue(name), session.ReadToSend(arguments.GetRequiredValue(file)), cancellationToken);
                session.Write(stored, (console, view) => console.WriteLine(
                    $"Stored {view.Name} ({view.Schedule["cron"]}){(view.Next is { } next ? $", due next at {Figures.Time(next)}" : "")}."));
                foreach (var warning in stored.Warnings)
                {
                    session.Log.Warning(ErrorView.Line(warning));
                }

                return ExitCodes.Success;
            });
    }

    private static CliCommand List() => ServerCommand.List<ScheduleView>(
        "list", "Lists the schedules.", "agenteval schedule list", [], (client, _, cancellationToken) => client.ListSchedulesAsync(cancellationToken), Write);

    private static CliCommand Delete() => StoredCommand.Delete(
        "Deletes a schedule; runs it started go on.", "agenteval schedule delete nightly", Name(),
        (client, name, cancellationToken) => client.DeleteScheduleAsync(name, cancellationToken));

    private static Argument<string> Name() => new("NAME") { Description = "The schedule." };

    private static void Write(IAnsiConsole console, ListPage<ScheduleView> page, ServicePlace place) => ListView.Write(
        console, page, "schedules", place, ["Schedule", "Cron", "Time zone", "Catch up", "Enabled", "Next", "Last"],
        view =>
        [
            new Text(view.Name),
            new Text($"{view.Schedule["cron"] ?? "(cannot be read: store it anew)"}"),
            new Text($"{view.Schedule["timeZone"] ?? "UTC"}"),
            new Text($"{view.Schedule["catchUp"] ?? "skip"}"),
            new Text($"{view.Schedule["enabled"] ?? true}".ToLowerInvariant()),
            new Text(view.Next is { } next ? Figures.Time(next) : "never"),
            new Text(view.Last is { } last ? $"{Figures.Time(last.DueAt)}: {last.RunId ?? $"refused: {last.Refusal}"}" : "none yet"),
        ]);
}
