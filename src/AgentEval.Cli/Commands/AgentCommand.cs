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
        Put(), List(), Delete(), StoredCommand.Validate(DocumentKind.Agent, "agenteval agent validate agents/support-bot.yaml"),
    };

    private static CliCommand Put()
    {
        var file = new Argument<string>("FILE") { Description = "The agent, YAML or JSON." };
        return ServerCommand.Create(
            "put", "Stores an agent under its name.", "agenteval agent put agents/support-bot.yaml", [file],
            async (session, server, arguments, cancellationToken) =>
            {
                var agent = session.ReadToSend(arguments.GetRequiredValue(file));
                var name = DocumentFile.Name(agent, "agent", arguments.GetRequiredValue(file));
                var stored = await server.Client.PutAgentAsync(name, agent, cancellationToken);
                session.Write(stored, (console, item) => console.WriteLine($"Stored {item.Name} ({item.Type})."));
                return ExitCodes.Success;
            });
    }

    private static CliCommand List()
    {
        var cursor = ServerCommand.Cursor();
        return ServerCommand.List<AgentListItem>(
            "list", "Lists the stored agents.", "agenteval agent list", [cursor],
            (client, arguments, cancellationToken) => client.ListAgentsAsync(arguments.GetValue(cursor), cancellationToken), Write);
    }

    private static CliCommand Delete() => StoredCommand.Delete(
        "Deletes a stored agent.", "agenteval agent delete support-bot", new Argument<string>("NAME") { Description = "The agent." },
        (client, name, cancellationToken) => client.DeleteAgentAsync(name, cancellationToken));

    private static void Write(IAnsiConsole console, ListPage<AgentListItem> page, ServicePlace place) => ListView.Write(
        console, page, "agents", place, ["Agent", "Version", "Type", "Model", "Stored"],
        agent => [new Text(agent.Name), new Text(agent.Version ?? Figures.None), new Text(agent.Type), new Text(agent.Model ?? Figures.None), new Text(Figures.Time(agent.StoredAt))]);
}
