using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Criteria;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
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
                    session.Write(await server.Client.GetTrialAsync(run, trial, cancellationToken), Write);
                    return ExitCodes.Success;
                }

                var query = new TrialQuery
                {
                    Status = arguments.GetValue(status),
                    Scenario = arguments.GetValue(scenario),
                    Top = arguments.GetValue(top),
                    Cursor = arguments.GetValue(cursor),
                };
                session.Write(await server.Client.ListTrialsAsync(run, query, cancellationToken), Write);
                return ExitCodes.Success;
            });
    }

    private static void Write(IAnsiConsole console, TrialResult trial)
    {
        console.MarkupLine($"[bold]{Markup.Escape(trial.TrialId)}[/]  [{ResultView.Colour(trial.Status)}]{ResultView.TrialWord(trial.Status)}[/]"
            + $"  score {Figures.Score(trial.Score)}, {Figures.Duration(trial.Seconds)}");
        if (trial.Error is { } error)
        {
            console.MarkupLine($"  [red]{Markup.Escape(error.Code)}[/]: {Markup.Escape(VisibleText.Of(error.Message))}");
        }

        foreach (var criterion in trial.Criteria)
        {
            console.MarkupLine($"  {(criterion.Passed ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(criterion.Name)} {Figures.Score(criterion.Score)}"
                + $"  [grey]{Markup.Escape(VisibleText.Of(criterion.Reason))}[/]");
        }

        if (trial.Output is { } output)
        {
            console.WriteLine();
            console.WriteLine(VisibleText.Of(output));
        }
    }

    /// <summary>Why trials did not pass is told where some did not.</summary>
    private static void Write(IAnsiConsole console, ListPage<TrialResult> page)
    {
        string[] columns = ["Trial", "Status", "Score", "Time", "Violations"];
        var isWhyTold = page.Items.Any(trial => TrialReason.Of(trial).Length > 0);
        ListView.Write(
            console, page, "trials", place: null, isWhyTold ? [.. columns, "Why"] : columns, trial => isWhyTold ? Row(trial).Append(Why(trial)) : Row(trial));
    }

    private static IEnumerable<IRenderable> Row(TrialResult trial) =>
    [
        new Text(trial.TrialId),
        new Markup($"[{ResultView.Colour(trial.Status)}]{ResultView.TrialWord(trial.Status)}[/]"),
        new Text(Figures.Score(trial.Score)),
        new Text(Figures.Duration(trial.Seconds)),
        new Text(Figures.Count(trial.Violations)),
    ];

    private static Text Why(TrialResult trial) => new Text(VisibleText.Line(TrialReason.Of(trial), LongestReason)).Overflow(Overflow.Ellipsis);
}
