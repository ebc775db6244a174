using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentEval.Cli.Rendering;

/// <summary>The worst of what a run found: scenarios that did not pass, and violations.</summary>
internal static class FindingsView
{
    private const int MostScenarios = 10;
    private const int MostViolations = 5;
    private const int LongestReason = 90;
    private const int LongestEvidence = 60;

    /// <param name="console">Where.</param>
    /// <param name="result">Of the run.</param>
    /// <param name="why">Trials that tell why a scenario did not pass.</param>
    public static void Write(IAnsiConsole console, RunResult result, IReadOnlyList<TrialResult> why)
    {
        WriteScenarios(console, result, why);
        WriteViolations(console, result.Violations);
    }

    /// <summary>The scenarios that are named because they did not pass.</summary>
    public static IReadOnlyList<ScenarioOutcome> Unmet(RunResult result) =>
        [.. result.Scenarios.Where(IsUnmet).OrderBy(Rank).ThenBy(scenario => scenario.Score).Take(MostScenarios)];

    private static bool IsUnmet(ScenarioOutcome scenario) => scenario.Status != TrialStatus.Passed;

    private static void WriteScenarios(IAnsiConsole console, RunResult result, IReadOnlyList<TrialResult> why)
    {
        var unmet = Unmet(result);
        if (unmet.Count == 0)
        {
            return;
        }

        console.Write(ListView.Table(["Scenario", "Status", "Score", "Why"], unmet.Select(scenario => Row(console, scenario, why.FirstOrDefault(trial => trial.ScenarioId == scenario.ScenarioId)))));
        WriteMore(console, result.Scenarios.Count(IsUnmet) - MostScenarios, "scenario");
    }

    private static IEnumerable<IRenderable> Row(IAnsiConsole console, ScenarioOutcome scenario, TrialResult? why) =>
    [
        new Text(scenario.ScenarioId),
        new Markup($"[{ResultView.Colour(scenario.Status)}]{ResultView.TrialWord(scenario.Status)}[/]"),
        new Text(Figures.Score(scenario.Score)),
        new Text(why is null ? "" : ListView.Line(console, TrialReason.Of(why), LongestReason)),
    ];

    /// <summary>What the agent got wrong comes before what could not be judged, and that before what never ran.</summary>
    private static int Rank(ScenarioOutcome scenario) => scenario.Status switch
    {
        TrialStatus.Failed => 0,
        TrialStatus.Skipped or TrialStatus.Cancelled => 2,
        _ => 1,
    };

    private static void WriteViolations(IAnsiConsole console, ViolationOverview violations)
    {
        if (violations.Total == 0)
        {
            return;
        }

        console.Write(ListView.Table(["Worst violations", "Type", "Trial", "Evidence"], violations.Worst.Take(MostViolations).Select(violation => Row(console, violation))));
        WriteMore(console, violations.Total - Math.Min(violations.Worst.Count, MostViolations), "violation");
    }

    private static IEnumerable<IRenderable> Row(IAnsiConsole console, Violation violation) =>
    [
        new Markup($"[{Colour(violation.Severity)}]{violation.Severity.ToString().ToLowerInvariant()}[/]"),
        new Text($"{violation.Validator} {violation.Type}"),
        new Text(violation.TrialId),
        new Text(ListView.Line(console, violation.Evidence, LongestEvidence)),
    ];

    private static void WriteMore(IAnsiConsole console, int more, string word)
    {
        if (more > 0)
        {
            console.MarkupLine($"  [grey]and {Figures.Count(more, "more " + word)}[/]");
        }
    }

    public static string Colour(Severity severity) => severity switch
    {
        Severity.Critical => "bold red",
        Severity.High => "red",
        Severity.Medium => "yellow",
        _ => "grey",
    };
}
