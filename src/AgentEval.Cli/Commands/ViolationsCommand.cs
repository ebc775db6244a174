using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Reports;
using AgentEval.Core.Validators;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>violations RUN</c>: what the validators found.</summary>
internal static class ViolationsCommand
{
    private const int LongestEvidence = 200;

    public static CliCommand Create()
    {
        var runId = ServerCommand.RunId();
        var validator = new Option<string?>("--validator") { Description = "Only this validator's.", HelpName = string.Join('|', ValidatorCatalogue.Names) }.OneOf(ValidatorCatalogue.Names);
        var type = new Option<string?>("--type") { Description = "Only of this type.", HelpName = "TYPE" };
        var severity = new Option<Severity?>("--severity") { Description = "Only this severe.", HelpName = "low|medium|high|critical" }.OneOf();
        var top = ServerCommand.Top();
        var cursor = ServerCommand.Cursor();
        return ServerCommand.OnData(
            "violations",
            "Lists what the validators found in a run.",
            "agenteval violations RUN --severity critical",
            [runId, validator, type, severity, top, cursor],
            async (session, server, arguments, cancellationToken) =>
            {
                var query = new ViolationQuery
                {
                    Validator = arguments.GetValue(validator),
                    Type = arguments.GetValue(type),
                    Severity = arguments.GetValue(severity),
                    Top = arguments.GetValue(top),
                    Cursor = arguments.GetValue(cursor),
                };
                var things = ListView.Filtered("violations", arguments, validator, type, severity);
                session.Write(await server.Client.ListViolationsAsync(arguments.GetRequiredValue(runId), query, cancellationToken), (console, page) => Write(console, page, things));
                return ExitCodes.Success;
            });
    }

    private static void Write(IAnsiConsole console, ListPage<Violation> page, string things) => ListView.Write(
        console, page, things, place: null, ["Trial", "Event", "Severity", "Validator", "Type", "Evidence"],
        violation =>
        [
            new Text(violation.TrialId),
            new Text(Figures.Count(violation.Seq)),
            new Text(violation.Severity.ToString().ToLowerInvariant()),
            new Text(violation.Validator),
            new Text(violation.Type),
            new Text(ListView.Line(console, violation.Evidence, LongestEvidence)),
        ]);
}
