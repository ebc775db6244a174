using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentEval.Cli.Commands;

/// <summary><c>trial RUN [TRIAL]</c>: one trial and how it was judged; without a trial, the run's trials.</summary>
internal static class TrialCommand
{
    private const int LongestReason = 120;

    public static CliCommand Create()
    {
        var runId = ServerCommand.RunId();
        var trialId = new Argument<string?>("TRIAL") { Description = "SCENARIO~EPOCH[~ATTACK]; without one, all trials are listed.", Arity = ArgumentArity.ZeroOrOne };
        var status = new Option<TrialStatus?>("--status") { Description = "Only trials that ended so, such as failed.", HelpName = "STATUS" }.OneOf();
        var scenario = new Option<string?>("--scenario") { Description = "Only trials of this scenario.", HelpName = "ID" };
        var top = ServerCommand.Top();
        var cursor = ServerCommand.Cursor();
        return ServerCommand.OnData(
            "trial",
            "Shows a trial and how it was judged, or lists the trials of a run.",
            "agenteval trial RUN refund-happy-path~1\nagenteval trial RUN --status failed",
            [runId, trialId, status, scenario, top, cursor],
            async (session, server, arguments, cancellationToken) =>
            {
                var run = arguments.GetRequiredValue(runId);
                if (arguments.GetValue(trialId) is { } trial)
                {
                    await ShowAsync(session, server.Client, run, trial, cancellationToken);
                    return ExitCodes.Success;
                }

                var query = new TrialQuery
                {
                    Status = arguments.GetValue(status),
                    Scenario = arguments.GetValue(scenario),
                    Top = arguments.GetValue(top),
                    Cursor = arguments.GetValue(cursor),
                };
                await ListAsync(session, server.Client, run, query, ListView.Filtered("trials", arguments, status, scenario), cancellationToken);
                return ExitCodes.Success;
            });
    }

    private static async Task ShowAsync(CliSession session, AgentEvalClient client, string run, string trialId, CancellationToken cancellationToken)
    {
        var trial = await client.GetTrialAsync(run, trialId, cancellationToken);
        IReadOnlyList<Violation> violations = session.Format == OutputFormat.Text ? await TrialViolations.ReadAsync(client, run, trial, cancellationToken) : [];
        session.Write(trial, (console, shown) => TrialView.Write(console, shown, violations));
    }

    private static async Task ListAsync(CliSession session, AgentEvalClient client, string run, TrialQuery query, string things, CancellationToken cancellationToken)
    {
        var page = await client.ListTrialsAsync(run, query, cancellationToken);
        session.Write(page, (console, shown) => Write(console, shown, things));
        if (page.Items.Count == 0 && await client.GetRunAsync(run, cancellationToken) is { IsFinished: false } snapshot)
        {
            session.Log.Notice(RunState.Line(session, snapshot));
            if (snapshot.Progress.Total > 0)
            {
                session.Log.Notice($"Trials are listed shard by shard, up to 50 at a time, when the whole shard has ended and been judged. One alone: {session.Command($"trial {run} TRIAL")}");
            }
        }
    }

    /// <summary>Why trials did not pass is told where some did not.</summary>
    private static void Write(IAnsiConsole console, ListPage<TrialResult> page, string things)
    {
        string[] columns = ["Trial", "Status", "Score", "Time", "Violations"];
        var isWhyTold = page.Items.Any(trial => TrialReason.Of(trial).Length > 0);
        ListView.Write(
            console, page, things, place: null, isWhyTold ? [.. columns, "Why"] : columns, trial => isWhyTold ? Row(trial).Append(Why(console, trial)) : Row(trial));
    }

    private static IEnumerable<IRenderable> Row(TrialResult trial) =>
    [
        new Text(trial.TrialId),
        new Markup($"[{ResultView.Colour(trial.Status)}]{ResultView.TrialWord(trial.Status)}[/]"),
        new Text(Figures.Score(trial.Score)),
        new Text(Figures.Duration(trial.Seconds)),
        new Text(Figures.Count(trial.Violations)),
    ];

    private static Text Why(IAnsiConsole console, TrialResult trial) => new Text(ListView.Line(console, TrialReason.Of(trial), LongestReason)).Overflow(Overflow.Ellipsis);
}
