using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Commands;

/// <summary><c>watch</c>: follows a run that someone else started. Ctrl-C leaves the run alone.</summary>
internal static class WatchCommand
{
    public static CliCommand Create()
    {
        var runId = ServerCommand.RunId();
        return ServerCommand.OnData(
            "watch",
            "Follows a run to its end; the exit code is that of its verdict.",
            "agenteval watch RUN --server https://evals.example.com",
            [runId],
            async (session, server, arguments, cancellationToken) =>
            {
                var watcher = new RunWatcher(session, server);
                var run = await watcher.WatchAsync(arguments.GetRequiredValue(runId), trials: null, cancelsRun: false, cancellationToken);
                var ended = await FinishedRun.ReadAsync(server.Client, run, session.Log, cancellationToken);
                ResultView.Write(session, ended, isKept: true);
                return ExitCodes.Of(ended);
            });
    }
}
