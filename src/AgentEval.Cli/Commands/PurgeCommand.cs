using System.CommandLine;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>purge --older-than DAYS | --keep-last N</c>: removes finished runs.</summary>
internal static class PurgeCommand
{
    public static CliCommand Create()
    {
        var olderThan = new Option<int?>("--older-than") { Description = "Runs created so many days ago or earlier.", HelpName = "DAYS" };
        var keepLast = new Option<int?>("--keep-last") { Description = "All but the newest so many.", HelpName = "N" };
        return ServerCommand.OnData(
            "purge", "Removes finished runs with all they left.", "agenteval purge --older-than 90", [olderThan, keepLast],
            async (session, server, arguments, cancellationToken) =>
            {
                var view = (arguments.GetValue(olderThan), arguments.GetValue(keepLast)) switch
                {
                    ({ } days, null) => await server.Client.PurgeOlderThanAsync(days, cancellationToken),
                    (null, { } newest) => await server.Client.PurgeAllButAsync(newest, cancellationToken),
                    _ => throw CliException.BadInput("Give --older-than DAYS or --keep-last N, one of the two."),
                };
                session.Write(view, (console, purge) => console.WriteLine($"Removing {purge.Runs} runs{(purge.IsComplete ? "" : " and more")}."));
                return ExitCodes.Success;
            });
    }
}
