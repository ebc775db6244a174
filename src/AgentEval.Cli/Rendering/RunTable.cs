using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using Spectre.Console;

namespace AgentEval.Cli.Rendering;

/// <summary>Lists for people.</summary>
internal static class RunTable
{
    public static void Write(IAnsiConsole console, ListPage<RunListItem> page)
    {
        if (page.Items.Count == 0)
        {
            console.WriteLine("No runs.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("Run", "Status", "Verdict", "Suite", "Agent", "Created");
        foreach (var run in page.Items)
        {
            table.AddRow(
                new Text(run.RunId),
                new Text(run.Status.ToString().ToLowerInvariant()),
                new Markup(Verdict(run.Verdict)),
                new Text($"{run.Suite} {run.SuiteVersion}"),
                new Text(run.Agent),
                new Text(Figures.Time(run.CreatedAt)));
        }

        console.Write(table);
        WriteCursor(console, page.Cursor);
    }

    public static void WriteCursor(IAnsiConsole console, string? cursor)
    {
        if (cursor is not null)
        {
            console.WriteLine($"More: --cursor {cursor}");
        }
    }

    private static string Verdict(Verdict? verdict) => verdict switch
    {
        Core.Runs.Verdict.Passed => "[green]passed[/]",
        Core.Runs.Verdict.Failed => "[red]failed[/]",
        Core.Runs.Verdict.Inconclusive => "[yellow]inconclusive[/]",
        _ => Figures.None,
    };
}
