using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>validate FILE…</c>: checks suites, agents and run requests without a service.</summary>
internal static class ValidateCommand
{
    private enum DocumentKind
    {
        Suite,
        Agent,
        Run,
    }

    private sealed record FileReport(string File, DocumentKind? Kind, bool IsValid, IReadOnlyList<FileProblem> Errors, IReadOnlyList<FileProblem> Warnings);

    public static CliCommand Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Suites, agents or run requests, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        return new CliCommand(
            "validate",
            "Checks suites, agents and run requests, offline, and tells every problem at once.",
            "agenteval validate suites/*.yaml agents/support-bot.yaml",
            (session, arguments, _) => Task.FromResult(Validate(session, arguments.GetValue(files)!)))
        {
            Arguments = { files },
        };
    }

    /// <summary>Checks the files and tells what is wrong; the result is the exit code.</summary>
    public static int Validate(CliSession session, IReadOnlyList<string> files)
    {
        List<FileReport> reports = [.. files.Select(Check)];
        session.Write(reports, (console, all) =>
        {
            foreach (var report in all)
            {
                Write(console, report);
            }
        });
        return reports.TrueForAll(report => report.IsValid) ? ExitCodes.Success : ExitCodes.BadInput;
    }

    private static FileReport Check(string file)
    {
        JsonObject document;
        try
        {
            document = DocumentFile.Read(file);
        }
        catch (CliException e)
        {
            var errors = e.Problems.Count > 0 ? e.Problems : [new Problem("", ProblemCodes.NotFound, e.Message)];
            return new FileReport(file, Kind: null, IsValid: false, FileProblem.Of(file, errors), []);
        }

        var kind = Kind(document);
        var problems = kind switch
        {
            DocumentKind.Suite => SuiteReader.Read(document).Problems,
            DocumentKind.Agent => AgentReader.Read(document).Problems,
            _ => RunRequestReader.Read(document).Problems,
        };
        return new FileReport(file, kind, !problems.HasErrors, FileProblem.Of(file, problems.Errors), FileProblem.Of(file, problems.Warnings));
    }

    /// <summary>A run request names both a suite and an agent; a file of neither is held to be a suite.</summary>
    private static DocumentKind Kind(JsonObject document) => (document.ContainsKey("suite"), document.ContainsKey("agent")) switch
    {
        (true, true) => DocumentKind.Run,
        (false, true) => DocumentKind.Agent,
        _ => DocumentKind.Suite,
    };

    private static void Write(IAnsiConsole console, FileReport report)
    {
        var kind = report.Kind?.ToString().ToLowerInvariant() ?? "file";
        var state = report.IsValid
            ? $"[green]✓[/] {Markup.Escape(report.File)}: a valid {kind}"
            : $"[red]✗[/] {Markup.Escape(report.File)}: {Figures.Count(report.Errors.Count, "error")}";
        console.MarkupLine(state + (report.Warnings.Count > 0 ? $", {Figures.Count(report.Warnings.Count, "warning")}" : ""));
        foreach (var problem in report.Errors)
        {
            console.MarkupLine($"  [red]error[/] {Markup.Escape(ErrorView.Line(problem))}");
        }

        foreach (var problem in report.Warnings)
        {
            console.MarkupLine($"  [yellow]warning[/] {Markup.Escape(ErrorView.Line(problem))}");
        }
    }
}
