namespace AgentEval.Cli.Commands;

/// <summary><c>resume</c>.</summary>
internal static class ResumeCommand
{
    public static CliCommand Create() => ControlCommand.Create(
        "resume", "Goes on with a paused run.", "going on", (client, runId, cancellationToken) => client.ResumeRunAsync(runId, cancellationToken));
}
