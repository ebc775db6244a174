namespace AgentEval.Cli.Commands;

/// <summary><c>pause</c>.</summary>
internal static class PauseCommand
{
    public static CliCommand Create() => ControlCommand.Create(
        "pause", "Pauses a run between two trials.", "being paused", (client, runId, cancellationToken) => client.PauseRunAsync(runId, cancellationToken));
}
