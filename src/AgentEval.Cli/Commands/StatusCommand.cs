using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>status [RUN]</c>: where a run stands; without a run, what works and what waits.</summary>
internal static class StatusCommand
{
    public static CliCommand Create()
    {
        var runId = new Argument<string?>("RUN") { Description = "The run's id; without one, the service itself.", Arity = ArgumentArity.ZeroOrOne };
        return ServerCommand.OnData(
            "status", "Tells where a run stands, or what works and waits in the service.", "agenteval status RUN", [runId],
            async (session, server, arguments, cancellationToken) =>
            {
                if (arguments.GetValue(runId) is { } run)
                {
                    var snapshot = await server.Client.GetRunAsync(run, cancellationToken);
                    await WriteAsync(session, server.Client, snapshot, cancellationToken);
                }
                else
                {
                    session.Write(await server.Client.GetStatusAsync(cancellationToken), Write);
                }

                return ExitCodes.Success;
            });
    }

    private static void Write(IAnsiConsole console, StatusView service)
    {
        console.WriteLine($"Version {service.Version}: {Figures.Count(service.ActiveRuns.Count, "run")} at work, {service.QueueLength} waiting.");
        foreach (var run in service.ActiveRuns)
        {
            console.WriteLine($"  {run}");
        }
    }

    private static async Task WriteAsync(CliSession session, AgentEvalClient client, RunSnapshot run, CancellationToken cancellationToken)
    {
        if (run.Result is null)
        {
            session.Write(run.Document, (console, _) => Write(console, session, run));
            return;
        }

        ResultView.Write(session, await FinishedRun.ReadAsync(client, run, session.Log, cancellationToken), isKept: true);
    }

    private static void Write(IAnsiConsole console, CliSession session, RunSnapshot run)
    {
        console.WriteLine(RunState.Line(session, run));
        if (run.View?.QueuePosition is { } before)
        {
            console.WriteLine($"{Figures.Count(before, "run")} before it in the queue.");
        }

        if (run.Message is { } message)
        {
            console.WriteLine(message);
        }
    }
}
