using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>list</c>: the runs, the newest first.</summary>
internal static class ListCommand
{
    public static CliCommand Create()
    {
        var suite = new Option<string?>("--suite") { Description = "Only runs of this suite.", HelpName = "NAME" };
        var agent = new Option<string?>("--agent") { Description = "Only runs of this agent.", HelpName = "NAME" };
        var status = new Option<RunStatus?>("--status") { Description = "Only runs that are so, such as completed.", HelpName = "STATUS" }.OneOf();
        var from = new Option<DateTimeOffset?>("--from") { Description = "Only runs created from then on.", HelpName = "TIME" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "Only runs created before.", HelpName = "TIME" };
        var top = ServerCommand.Top();
        var cursor = ServerCommand.Cursor();
        return ServerCommand.List<RunListItem>(
            "list",
            "Lists runs, the newest first.",
            "agenteval list --suite support --status completed --top 10",
            [suite, agent, status, from, to, top, cursor],
            (client, arguments, cancellationToken) => client.ListRunsAsync(
                new RunQuery
                {
                    Suite = arguments.GetValue(suite),
                    Agent = arguments.GetValue(agent),
                    Status = arguments.GetValue(status),
                    From = arguments.GetValue(from),
                    To = arguments.GetValue(to),
                    Top = arguments.GetValue(top),
                    Cursor = arguments.GetValue(cursor),
                },
                cancellationToken),
            Write);
    }

    private static void Write(IAnsiConsole console, ListPage<RunListItem> page, ServicePlace place) => ListView.Write(
        console, page, "runs", place, ["Run", "Status", "Verdict", "Suite", "Agent", "Created"],
        run =>
        [
            new Text(run.RunId),
            new Text(run.Status.ToString().ToLowerInvariant()),
            new Markup(Word(run.Verdict)),
            new Text($"{run.Suite} {run.SuiteVersion}"),
            new Text(run.Agent),
            new Text(Figures.Time(run.CreatedAt)),
        ]);

    private static string Word(Verdict? verdict) => verdict switch
    {
        Verdict.Passed => "[green]passed[/]",
        Verdict.Failed => "[red]failed[/]",
        Verdict.Inconclusive => "[yellow]inconclusive[/]",
        _ => Figures.None,
    };
}
