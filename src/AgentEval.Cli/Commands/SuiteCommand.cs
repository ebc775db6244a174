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
        Put(), List(), Delete(), StoredCommand.Validate(DocumentKind.Suite, "agenteval suite validate suites/support.yaml"),
    };

    private static CliCommand Put()
    {
        var file = new Argument<string>("FILE") { Description = "The suite, YAML or JSON." };
        return ServerCommand.Create(
            "put", "Stores a suite under its name and version; a stored version never changes.", "agenteval suite put suites/support.yaml", [file],
            async (session, server, arguments, cancellationToken) =>
            {
                var suite = session.ReadToSend(arguments.GetRequiredValue(file));
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
        return ServerCommand.List<SuiteListItem>(
            "list", "Lists the stored suites.", "agenteval suite list", [cursor],
            (client, arguments, cancellationToken) => client.ListSuitesAsync(arguments.GetValue(cursor), cancellationToken), Write);
    }

    private static CliCommand Delete() => StoredCommand.Delete(
        "Deletes a stored suite.", "agenteval suite delete support@1.0.0", new Argument<string>("NAME[@VERSION]") { Description = "Without a version, all of them." },
        (client, suite, cancellationToken) =>
        {
            var parts = suite.Split('@', 2);
            return client.DeleteSuiteAsync(parts[0], parts.Length > 1 ? parts[1] : null, cancellationToken);
        });

    private static void Write(IAnsiConsole console, ListPage<SuiteListItem> page, ServicePlace place) => ListView.Write(
        console, page, "suites", place, ["Suite", "Version", "Scenarios", "Stored", "Description"],
        suite => [new Text(suite.Name), new Text(suite.Version), new Text(Figures.Count(suite.Scenarios)), new Text(Figures.Time(suite.StoredAt)), new Text(suite.Description ?? "")]);
}
