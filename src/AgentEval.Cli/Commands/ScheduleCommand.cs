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
                    arguments.GetRequiredValue(name), DocumentFile.Read(arguments.GetRequiredValue(file)), cancellationToken);
                session.Write(stored, (console, view) => console.WriteLine($"Stored {view.Name} ({view.Schedule["cron"]})."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand List() => ServerCommand.Create(
        "list", "Lists the schedules.", "agenteval schedule list", [],
        async (session, server, _, cancellationToken) =>
        {
            session.Write(await server.Client.ListSchedulesAsync(cancellationToken), Write);
            return ExitCodes.Success;
        });

    private static CliCommand Delete()
    {
        var name = Name();
        return ServerCommand.Create(
            "delete", "Deletes a schedule; runs it started go on.", "agenteval schedule delete nightly", [name],
            async (session, server, arguments, cancellationToken) =>
            {
                await server.Client.DeleteScheduleAsync(arguments.GetRequiredValue(name), cancellationToken);
                session.Write(new { deleted = arguments.GetRequiredValue(name) }, (console, answer) => console.WriteLine($"Deleted {answer.deleted}."));
                return ExitCodes.Success;
            });
    }

    private static Argument<string> Name() => new("NAME") { Description = "The schedule." };

    private static void Write(IAnsiConsole console, ListPage<ScheduleView> page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Schedule", "Cron", "Time zone", "Catch up", "Enabled");
        foreach (var view in page.Items)
        {
            table.AddRow(
                Markup.Escape(view.Name),
                Markup.Escape($"{view.Schedule["cron"]}"),
                Markup.Escape($"{view.Schedule["timeZone"] ?? "UTC"}"),
                $"{view.Schedule["catchUp"] ?? "skip"}",
                $"{view.Schedule["enabled"] ?? true}".ToLowerInvariant());
        }

        console.Write(table);
    }
}
