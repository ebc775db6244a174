using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>suite put|list|delete|validate</c>: the suites a service keeps.</summary>
internal static class SuiteCommand
{
    public static Command Create() => new("suite", "Stores, lists and deletes suites.")
    {
        Put(), List(), Delete(), Validate(),
    };

    private static CliCommand Put()
    {
        var file = new Argument<string>("FILE") { Description = "The suite, YAML or JSON." };
        return ServerCommand.Create(
            "put", "Stores a suite under its name and version; a stored version never changes.", "agenteval suite put suites/support.yaml", [file],
            async (session, server, arguments, cancellationToken) =>
            {
                var suite = DocumentFile.Read(arguments.GetRequiredValue(file));
                var name = DocumentFile.Name(suite, "suite", arguments.GetRequiredValue(file));
                var stored = await server.Client.PutSuiteAsync(name, suite, version: null, cancellationToken);
                session.Write(stored, (console, item) =>
                    console.WriteLine($"Stored {item.Name} {item.Version} ({Figures.Count(item.Scenarios, "scenario")})."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand List()
    {
        var cursor = ServerCommand.Cursor();
        return ServerCommand.Create(
            "list", "Lists the stored suites.", "agenteval suite list", [cursor],
            async (session, server, arguments, cancellationToken) =>
            {
                session.Write(await server.Client.ListSuitesAsync(arguments.GetValue(cursor), cancellationToken), Write);
                return ExitCodes.Success;
            });
    }

    private static CliCommand Delete()
    {
        var suite = new Argument<string>("NAME[@VERSION]") { Description = "Without a version, all of them." };
        return ServerCommand.Create(
            "delete", "Deletes a stored suite.", "agenteval suite delete support@1.0.0", [suite],
            async (session, server, arguments, cancellationToken) =>
            {
                var parts = arguments.GetRequiredValue(suite).Split('@', 2);
                await server.Client.DeleteSuiteAsync(parts[0], parts.Length > 1 ? parts[1] : null, cancellationToken);
                session.Write(new { deleted = arguments.GetRequiredValue(suite) }, (console, answer) => console.WriteLine($"Deleted {answer.deleted}."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand Validate()
    {
        var files = new Argument<string[]>("FILE") { Description = "The suites, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        return new CliCommand("validate", "Checks suites, offline.", "agenteval suite validate suites/support.yaml",
            (session, arguments, _) => Task.FromResult(ValidateCommand.Validate(session, arguments.GetValue(files)!)))
        {
            Arguments = { files },
        };
    }

    private static void Write(IAnsiConsole console, ListPage<SuiteListItem> page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Suite", "Version", "Scenarios", "Stored", "Description");
        foreach (var suite in page.Items)
        {
            table.AddRow(
                Markup.Escape(suite.Name), Markup.Escape(suite.Version), Figures.Count(suite.Scenarios), Figures.Time(suite.StoredAt),
                Markup.Escape(suite.Description ?? ""));
        }

        console.Write(table);
        RunTable.WriteCursor(console, page.Cursor);
    }
}
