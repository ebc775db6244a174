namespace AgentEval.Cli.Commands;

/// <summary><c>cancel</c>.</summary>
internal static class CancelCommand
{
    public static CliCommand Create() => ControlCommand.Create(
        "cancel", "Cancels a run: its running agent calls stop, the rest is skipped.", "being cancelled", (client, runId, cancellationToken) => client.CancelRunAsync(runId, cancellationToken));
}
