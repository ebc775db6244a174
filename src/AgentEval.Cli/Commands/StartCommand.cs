namespace AgentEval.Cli.Commands;

/// <summary><c>start</c>.</summary>
internal static class StartCommand
{
    public static CliCommand Create() => ControlCommand.Create(
        "start", "Starts a run that was created without a start.", "started", (client, runId, cancellationToken) => client.StartRunAsync(runId, cancellationToken));
}
