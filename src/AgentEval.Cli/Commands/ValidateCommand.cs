using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Schedules;
using AgentEval.Core.Suites;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>validate FILE…</c>: checks the files a service takes, without one.</summary>
internal static class ValidateCommand
{
    private enum DocumentKind
    {
        Suite,
        Agent,
        Run,
        Schedule,
        Batch,
    }

    private sealed record FileReport(string File, DocumentKind? Kind, bool IsValid, IReadOnlyList<FileProblem> Errors, IReadOnlyList<FileProblem> Warnings);

    public static CliCommand Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Suites, agents, run requests, schedules or batches, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        return new CliCommand(
            "validate",
            "Checks suites, agents, run requests, schedules and batches, offline, and tells every problem at once.",
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
        try
        {
            var document = DocumentFile.Read(file);
            var kind = Kind(document);
            var problems = Problems(kind, document, file);
            return new FileReport(file, kind, !problems.HasErrors, FileProblem.Of(file, problems.Errors), FileProblem.Of(file, problems.Warnings));
        }
        catch (CliException e)
        {
            var errors = e.Problems.Count > 0 ? e.Problems : [new Problem("", Unreadable(file, e.InnerException), e.Message)];
            return new FileReport(file, Kind: null, IsValid: false, FileProblem.Of(file, errors), []);
        }
    }

    private static string Unreadable(string file, Exception? cause) => cause switch
    {
        DecoderFallbackException => ProblemCodes.InvalidFormat,
        FileNotFoundException or DirectoryNotFoundException => ProblemCodes.NotFound,
        _ when Directory.Exists(file) => ProblemCodes.WrongType,
        _ => ProblemCodes.InvalidValue,
    };

    /// <summary>A run request names both a suite and an agent; a file that nothing tells is held to be a suite.</summary>
    private static DocumentKind Kind(JsonObject document) => (document.ContainsKey("suite"), document.ContainsKey("agent")) switch
    {
        (true, true) => DocumentKind.Run,
        (false, true) => DocumentKind.Agent,
        (false, false) when document.ContainsKey("cron") => DocumentKind.Schedule,
        (false, false) when document.ContainsKey("runs") => DocumentKind.Batch,
        _ => DocumentKind.Suite,
    };

    private static ProblemList Problems(DocumentKind kind, JsonObject document, string file) => kind switch
    {
        DocumentKind.Suite => SuiteReader.Read(document).Problems,
        DocumentKind.Agent => AgentReader.Read(document).Problems,
        DocumentKind.Run => RunRequestReader.Read(document).Problems,
        DocumentKind.Schedule => ScheduleReader.Read(document).Problems,
        _ => BatchProblems(document, file),
    };

    /// <summary>Of a batch that is sent in parts, the first has what the others have but the runs.</summary>
    private static ProblemList BatchProblems(JsonObject document, string file)
    {
        var problems = new ProblemList();
        problems.AddRange(BatchRequestReader.Read(BatchParts.Of(document, file, "agenteval suite put FILE")[0]).Problems);
        foreach (var (index, run) in (document["runs"] as JsonArray ?? []).Index())
        {
            problems.AddRange(RunRequestReader.Read(run).Problems, $"runs[{index}]");
        }

        return problems;
    }

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
