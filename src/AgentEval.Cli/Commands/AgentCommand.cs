using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>agent put|list|delete|validate</c>: the agents a service knows.</summary>
internal static class AgentCommand
{
    public static Command Create() => new("agent", "Stores, lists and deletes agents.")
    {
        Put(), List(), Delete(), Validate(),
    };

    private static CliCommand Put()
    {
        var file = new Argument<string>("FILE") { Description = "The agent, YAML or JSON." };
        return ServerCommand.Create(
            "put", "Stores an agent under its name.", "agenteval agent put agents/support-bot.yaml", [file],
            async (session, server, arguments, cancellationToken) =>
            {
                var agent = DocumentFile.Read(arguments.GetRequiredValue(file));
                var name = DocumentFile.Name(agent, "agent", arguments.GetRequiredValue(file));
                var stored = await server.Client.PutAgentAsync(name, agent, cancellationToken);
                session.Write(stored, (console, item) => console.WriteLine($"Stored {item.Name} ({item.Type})."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand List()
    {
        var cursor = ServerCommand.Cursor();
        return ServerCommand.Create(
            "list", "Lists the stored agents.", "agenteval agent list", [cursor],
            async (session, server, arguments, cancellationToken) =>
            {
                session.Write(await server.Client.ListAgentsAsync(arguments.GetValue(cursor), cancellationToken), Write);
                return ExitCodes.Success;
            });
    }

    private static CliCommand Delete()
    {
        var name = new Argument<string>("NAME") { Description = "The agent." };
        return ServerCommand.Create(
            "delete", "Deletes a stored agent.", "agenteval agent delete support-bot", [name],
            async (session, server, arguments, cancellationToken) =>
            {
                await server.Client.DeleteAgentAsync(arguments.GetRequiredValue(name), cancellationToken);
                session.Write(new { deleted = arguments.GetRequiredValue(name) }, (console, answer) => console.WriteLine($"Deleted {answer.deleted}."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand Validate()
    {
        var files = new Argument<string[]>("FILE") { Description = "The agents, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        return new CliCommand("validate", "Checks agents, offline.", "agenteval agent validate agents/support-bot.yaml",
            (session, arguments, _) => Task.FromResult(ValidateCommand.Validate(session, arguments.GetValue(files)!)))
        {
            Arguments = { files },
        };
    }

    private static void Write(IAnsiConsole console, ListPage<AgentListItem> page)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Agent", "Version", "Type", "Model", "Stored");
        foreach (var agent in page.Items)
        {
            table.AddRow(
                Markup.Escape(agent.Name), Markup.Escape(agent.Version ?? Figures.None), Markup.Escape(agent.Type),
                Markup.Escape(agent.Model ?? Figures.None), Figures.Time(agent.StoredAt));
        }

        console.Write(table);
        RunTable.WriteCursor(console, page.Cursor);
    }
}
