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

    public static void Write(IAnsiConsole console, RunResult result)
    {
        WriteScenarios(console, result.Scenarios);
        WriteViolations(console, result.Violations);
    }

    private static void WriteScenarios(IAnsiConsole console, IReadOnlyList<ScenarioOutcome> scenarios)
    {
        List<ScenarioOutcome> unmet = [.. scenarios.Where(scenario => scenario.Status != TrialStatus.Passed).OrderBy(Rank).ThenBy(scenario => scenario.Score)];
        if (unmet.Count == 0)
        {
            return;
        }

        console.Write(ListView.Table(["Scenario", "Status", "Score"], unmet.Take(MostScenarios).Select(Row)));
        WriteMore(console, unmet.Count - MostScenarios, "scenario");
    }

    private static IEnumerable<IRenderable> Row(ScenarioOutcome scenario) =>
    [
        new Text(scenario.ScenarioId),
        new Markup($"[{ResultView.Colour(scenario.Status)}]{ResultView.TrialWord(scenario.Status)}[/]"),
        new Text(Figures.Score(scenario.Score)),
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

        console.Write(ListView.Table(["Worst violations", "Type", "Trial", "Evidence"], violations.Worst.Take(MostViolations).Select(Row)));
        WriteMore(console, violations.Total - Math.Min(violations.Worst.Count, MostViolations), "violation");
    }

    private static IEnumerable<IRenderable> Row(Violation violation) =>
    [
        new Markup($"[{Colour(violation.Severity)}]{violation.Severity.ToString().ToLowerInvariant()}[/]"),
        new Text($"{violation.Validator} {violation.Type}"),
        new Text(violation.TrialId),
        new Text(Shorten(violation.Evidence)),
    ];

    private static void WriteMore(IAnsiConsole console, int more, string word)
    {
        if (more > 0)
        {
            console.MarkupLine($"  [grey]and {Figures.Count(more, "more " + word)}[/]");
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..59] + "…";

    private static string Colour(Severity severity) => severity switch
    {
        Severity.Critical => "bold red",
        Severity.High => "red",
        Severity.Medium => "yellow",
        _ => "grey",
    };
}
