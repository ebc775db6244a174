using System.CommandLine;

namespace AgentEval.Cli.Commands;

/// <summary>Every command, in the order the help lists them.</summary>
internal static class CommandCatalogue
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Evaluates AI agents: suites of scenarios, run against an agent, judged and gated.");
        foreach (var command in Commands())
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static IEnumerable<Command> Commands() =>
    [
        DemoCommand.Create(),
        HostCommand.Create(),
        RunCommand.Create(),
        ListCommand.Create(),
        StatusCommand.Create(),
        WatchCommand.Create(),
        StartCommand.Create(),
        CancelCommand.Create(),
        PauseCommand.Create(),
        ResumeCommand.Create(),
        ReportCommand.Create(),
        TrialCommand.Create(),
        TraceCommand.Create(),
        ViolationsCommand.Create(),
        ValidateCommand.Create(),
        SuiteCommand.Create(),
        AgentCommand.Create(),
        BatchCommand.Create(),
        ScheduleCommand.Create(),
        PurgeCommand.Create(),
        VersionCommand.Create(),
        .. NotAvailableCommand.CreateAll(),
    ];
}
