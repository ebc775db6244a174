using System.CommandLine;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Commands;

/// <summary><c>report</c>: a finished run's report, to standard output or a file.</summary>
internal static class ReportCommand
{
    public static CliCommand Create()
    {
        var runId = ServerCommand.RunId();
        var format = new Option<ReportFormat?>("--format")
        {
            Description = "The report's format (default: json with --output json, else markdown). Not in this version: sarif, inspect.",
            HelpName = "json|markdown|junit|html|sarif|inspect",
        }.OneOf();
        var file = new Option<string?>("--file", "-o") { Description = "Write it there instead of to standard output.", HelpName = "FILE" };
        return ServerCommand.OnData(
            "report",
            "Gives a run's report.",
            "agenteval report RUN --format html --file report.html",
            [runId, format, file],
            async (session, server, arguments, cancellationToken) =>
            {
                if (arguments.GetValue(file) is { } place)
                {
                    OutputPlaces.CheckFile(place, "--file");
                }

                var wanted = arguments.GetValue(format) ?? (session.Format == OutputFormat.Json ? ReportFormat.Json : ReportFormat.Markdown);
                var report = await server.Client.GetReportAsync(arguments.GetRequiredValue(runId), wanted, cancellationToken);
                if (arguments.GetValue(file) is { } path)
                {
                    await File.WriteAllBytesAsync(path, report, cancellationToken);
                    session.Log.Notice($"Wrote {path}");
                }
                else
                {
                    await session.Environment.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(report));
                }

                return ExitCodes.Success;
            });
    }
}
