using System.CommandLine;
using AgentEval.Client;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary>An order to a run.</summary>
internal static class ControlCommand
{
    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="outcome">What the run is then, for people.</param>
    /// <param name="order">Gives the order.</param>
    public static CliCommand Create(string name, string description, string outcome, Func<AgentEvalClient, string, CancellationToken, Task> order) =>
        Create(name, description, async (client, runId, cancellationToken) =>
        {
            await order(client, runId, cancellationToken);
            return outcome;
        });

    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="order">Gives the order, and tells what the run is then, for people.</param>
    public static CliCommand Create(string name, string description, Func<AgentEvalClient, string, CancellationToken, Task<string>> order)
    {
        var runId = ServerCommand.RunId();
        return ServerCommand.OnData(name, description, $"agenteval {name} RUN", [runId], async (session, server, arguments, cancellationToken) =>
        {
            var run = arguments.GetRequiredValue(runId);
            var outcome = await order(server.Client, run, cancellationToken);
            session.Write(new { runId = run, order = name }, (console, answer) => console.WriteLine($"Run {answer.runId} is {outcome}."));
            return ExitCodes.Success;
        });
    }
}
