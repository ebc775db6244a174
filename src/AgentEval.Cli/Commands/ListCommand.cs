using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Commands;

/// <summary><c>list</c>: the runs, the newest first.</summary>
internal static class ListCommand
{
    public static CliCommand Create()
    {
        Option<string?> suite = new("--suite") { Description = "Only runs of this suite.", HelpName = "NAME" };
        Option<string?> agent = new("--agent") { Description = "Only runs of this agent.", HelpName = "NAME" };
        Option<RunStatus?> status = new("--status") { Description = "Only runs that are so.", HelpName = "STATUS" };
        Option<DateTimeOffset?> from = new("--from") { Description = "Only runs created from then on.", HelpName = "TIME" };
        Option<DateTimeOffset?> to = new("--to") { Description = "Only runs created before.", HelpName = "TIME" };
        Option<int?> top = ServerCommand.Top();
        Option<string?> cursor = ServerCommand.Cursor();
        return ServerCommand.Create(
            "list",
            "Lists runs, the newest first.",
            "agenteval list --suite support --status completed --top 10",
            [suite, agent, status, from, to, top, cursor],
            async (session, server, arguments, cancellationToken) =>
            {
                RunQuery query = new()
                {
                    Suite = arguments.GetValue(suite),
                    Agent = arguments.GetValue(agent),
                    Status = arguments.GetValue(status),
                    From = arguments.GetValue(from),
                    To = arguments.GetValue(to),
                    Top = arguments.GetValue(top),
                    Cursor = arguments.GetValue(cursor),
                };
                session.Write(await server.Client.ListRunsAsync(query, cancellationToken), RunTable.Write);
                return ExitCodes.Success;
            });
    }
}
