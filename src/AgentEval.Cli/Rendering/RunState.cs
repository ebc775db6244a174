using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Rendering;

/// <summary>Where a run that is not finished stands, in a sentence.</summary>
internal static class RunState
{
    public static string Line(CliSession session, RunSnapshot run)
    {
        var state = $"Run {run.RunId} is {run.Status.ToString().ToLowerInvariant()}";
        return run switch
        {
            { Status: RunStatus.Created } => $"{state} and not started: {session.Command($"start {run.RunId}")}",
            { Progress.Total: 0 } => $"{state}.",
            _ => $"{state}: {ProgressDisplay.Line(run.Progress)}",
        };
    }
}
