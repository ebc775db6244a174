using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Commands;

/// <summary><c>pause</c>.</summary>
internal static class PauseCommand
{
    public static CliCommand Create() => ControlCommand.Create("pause", "Pauses a run between two trials.", PauseAsync);

    // The service takes the order for a paused run too, and calls any run paused as soon as it is ordered.
    private static async Task<string> PauseAsync(AgentEvalClient client, string runId, CancellationToken cancellationToken)
    {
        var before = await client.GetRunAsync(runId, cancellationToken);
        await client.PauseRunAsync(runId, cancellationToken);
        return before.Status == RunStatus.Paused ? "paused already" : "being paused";
    }
}
