using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Runs;

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
                var watched = arguments.GetRequiredValue(runId);
                if (await server.Client.GetRunAsync(watched, cancellationToken) is { Status: RunStatus.Created } created)
                {
                    session.Log.Notice(RunState.Line(session, created));
                }

                var run = await new RunWatcher(session, server).WatchAsync(watched, trials: null, cancelsRun: false, cancellationToken);
                var ended = await FinishedRun.ReadAsync(server.Client, run, session.Log, cancellationToken);
                ResultView.Write(session, ended, isKept: true);
                return ExitCodes.Of(ended);
            });
    }
}
