using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;
using Spectre.Console;

namespace AgentEval.Cli.Rendering;

/// <summary>A finished run for people: the verdict, why, the figures, and the worst of what was found.</summary>
internal static class ResultView
{
    /// <param name="session">Where, and as what.</param>
    /// <param name="ended">What.</param>
    /// <param name="isKept">False: the run goes with the command, so nothing more can be asked about it.</param>
    public static void Write(CliSession session, FinishedRun ended, bool isKept)
    {
        session.Write(ended.Run.Document, (console, _) => Write(console, ended));
        if (isKept && ended.Unmet.Count > 0)
        {
            session.Log.Notice($"More of a trial: {session.Command($"trial {ended.Run.RunId} {ended.Unmet[0].TrialId}")}");
        }
    }

    internal static void Write(IAnsiConsole console, FinishedRun ended)
    {
        var run = ended.Run;
        WriteVerdict(console, run);
        if (run.Result is not { } result)
        {
            return;
        }

        WriteGate(console, result.GateFailures);
        WriteMetrics(console, result.Metrics);
        FindingsView.Write(console, result, ended.Unmet);
    }

    private static void WriteVerdict(IAnsiConsole console, RunSnapshot run)
    {
        var (word, colour) = run switch
        {
            { Status: RunStatus.Cancelled } => ("CANCELLED", "yellow"),
            { Status: RunStatus.Failed } => ("THE RUN BROKE", "red"),
            { Result.Verdict: Verdict.Passed } => ("PASSED", "green"),
            { Result.Verdict: Verdict.Failed } => ("FAILED", "red"),
            { Result.Verdict: Verdict.Inconclusive } => ("INCONCLUSIVE", "yellow"),
            _ => (run.Status.ToString().ToUpperInvariant(), "grey"),
        };
        var suite = run.Result is { } result ? Name(result.Suite, result.Agent) : run.View is { } view ? Name(view.Suite, view.Agent) : "";
        console.WriteLine();
        console.MarkupLine($"[bold {colour}]{word}[/]  {Markup.Escape(suite)}  [grey]{Markup.Escape(run.RunId)}[/]");
        if (run.Message is { Length: > 0 } message)
        {
            console.MarkupLine(Markup.Escape(message));
        }

        static string Name(SuiteIdentity suite, AgentIdentity agent) =>
            $"{suite.Name} {suite.Version} on {agent.Name}{(agent.Model is null ? "" : $" ({agent.Model})")}";
    }

    private static void WriteGate(IAnsiConsole console, IReadOnlyList<GateFailure> failures)
    {
        if (failures.Count == 0)
        {
            return;
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 1, 0)).AddColumn(new GridColumn().Padding(0, 0));
        foreach (var failure in failures)
        {
            var message = failure.Message.StartsWith(failure.Name, StringComparison.Ordinal) ? failure.Message : $"{failure.Name}: {failure.Message}";
            grid.AddRow(new Markup("[red]✗[/]"), new Text(message));
        }

        console.Write(grid);
    }

    private static void WriteMetrics(IAnsiConsole console, RunMetrics metrics)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(2, 0, 2, 0)).AddColumn();
        foreach (var (name, value) in Rows(metrics))
        {
            grid.AddRow(new Markup($"[grey]{name}[/]"), new Text(value));
        }

        console.WriteLine();
        console.Write(grid);
    }

    private static IEnumerable<(string Name, string Value)> Rows(RunMetrics metrics)
    {
        var scenario = metrics.Scenario;
        yield return ("Run", Trials(scenario));
        yield return ("Pass rate", $"{Figures.Percent(scenario.PassRate)} ({Figures.Interval(scenario.PassRateInterval)})");
        yield return ("Average score", Figures.Score(scenario.AverageScore) + (scenario.StandardError is { } error ? $" ± {Figures.Score(error)}" : ""));
        if (scenario.ErrorRate is > 0)
        {
            yield return ("Error rate", Figures.Percent(scenario.ErrorRate));
        }

        yield return ("Safety grade", $"{Figures.Score(metrics.Safety.SafetyGrade)} ({Figures.Count(metrics.Safety.TotalViolations, "violation")}"
            + $" in {Figures.Count(metrics.Safety.EventsExamined, "event")})");
        if (metrics.RedTeam.Enabled)
        {
            yield return ("Attacks survived", $"{metrics.RedTeam.AttacksSurvived} of {metrics.RedTeam.Attacks} ({Figures.Percent(metrics.RedTeam.SurvivalRate)})");
        }

        if (metrics.Reproducibility is { Enabled: true } replay && replay.TrialsReplayed + replay.TrialsNotReplayed > 0)
        {
            yield return ("Reproducibility", $"{Figures.Score(replay.Score)} over {Figures.Count(replay.TrialsReplayed, "replayed trial")}"
                + (replay.IsReproducible is { } yes ? yes ? ", reproducible" : ", not reproducible" : "")
                + (replay.TrialsNotReplayed > 0 ? $"; {Figures.Count(replay.TrialsNotReplayed, "replay")} could not be run" : ""));
        }

        var performance = metrics.Performance;
        yield return ("Time", $"{Figures.Duration(performance.TotalSeconds)}; a trial {Figures.Duration(performance.AverageTrialSeconds)} on average,"
            + $" 95 % within {Figures.Duration(performance.P95Seconds)}");
        yield return ("Calls", $"{Figures.Count(performance.AgentCalls, "agent call")}, {Figures.Count(performance.ToolCalls, "tool call")},"
            + $" {Figures.Count(performance.InputTokens + performance.OutputTokens, "token")}{(performance.TokensEstimated ? " (estimated)" : "")}");
        if (performance.CostUsd is not null)
        {
            yield return ("Cost", Figures.Usd(performance.CostUsd));
        }
    }

    private static string Trials(ScenarioMetrics scenario)
    {
        var ends = new (int Count, string Word)[]
        {
            (scenario.Passed, "passed"), (scenario.Failed, "failed"), (scenario.Errored, "errored"), (scenario.TimedOut, "timed out"),
            (scenario.BudgetExceeded, "over budget"), (scenario.Cancelled, "cancelled"), (scenario.Skipped, "skipped"),
        }.Where(end => end.Count > 0).Select(end => $"{end.Count} {end.Word}");
        return $"{Figures.Count(scenario.TotalTrials, "trial")} of {Figures.Count(scenario.TotalScenarios, "scenario")}: {string.Join(", ", ends)}";
    }

    public static string TrialWord(TrialStatus status) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    public static string Colour(TrialStatus status) => status switch
    {
        TrialStatus.Passed => "green",
        TrialStatus.Skipped or TrialStatus.Cancelled or TrialStatus.Pending or TrialStatus.Running => "grey",
        TrialStatus.Failed => "red",
        _ => "yellow",
    };
}
