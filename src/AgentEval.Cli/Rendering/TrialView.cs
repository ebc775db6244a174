using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;
using Spectre.Console;

namespace AgentEval.Cli.Rendering;

/// <summary>A trial for people: how it ended, how it was judged, and what the agent said.</summary>
internal static class TrialView
{
    /// <param name="console">Where.</param>
    /// <param name="trial">What.</param>
    /// <param name="violations">Of the trial, as far as they are stored.</param>
    public static void Write(IAnsiConsole console, TrialResult trial, IReadOnlyList<Violation> violations)
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

        WriteViolations(console, trial, violations);
        if (trial.Output is { } output)
        {
            console.WriteLine();
            console.WriteLine(VisibleText.Of(output));
        }
    }

    private static void WriteViolations(IAnsiConsole console, TrialResult trial, IReadOnlyList<Violation> violations)
    {
        foreach (var violation in violations)
        {
            console.MarkupLine($"  [{FindingsView.Colour(violation.Severity)}]! {violation.Severity.ToString().ToLowerInvariant()}[/]"
                + $" {Markup.Escape($"{violation.Validator} {violation.Type}")} at event {violation.Seq}  [grey]{Markup.Escape(VisibleText.Of(violation.Message))}[/]");
        }

        if (trial.Violations > violations.Count)
        {
            console.MarkupLine($"  [yellow]! {Figures.Count(trial.Violations - violations.Count, violations.Count == 0 ? "violation" : "more violation")}[/]"
                + ", told when the trial's shard has ended and been judged");
        }
    }
}
