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

    public static string Name(DocumentKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Checks the files and tells what is wrong; the result is the exit code.</summary>
    /// <param name="session">Where it is told.</param>
    /// <param name="files">The files.</param>
    /// <param name="expected">What they are to be; null: each is what it looks like.</param>
    public static int Validate(CliSession session, IReadOnlyList<string> files, DocumentKind? expected = null)
    {
        List<FileReport> reports = [.. files.Select(file => Check(file, expected))];
        session.Write(reports, (console, all) =>
        {
            foreach (var report in all)
            {
                Write(console, report);
            }
        });
        return reports.TrueForAll(report => report.IsValid) ? ExitCodes.Success : ExitCodes.BadInput;
    }

    private static FileReport Check(string file, DocumentKind? expected)
    {
        try
        {
            var document = DocumentFile.Read(file);
            var kind = Kind(document) ?? expected ?? DocumentKind.Suite;
            var problems = expected is { } other && other != kind ? OtherKind(other, kind) : Problems(kind, document, file);
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

    private static ProblemList OtherKind(DocumentKind expected, DocumentKind found)
    {
        var problems = new ProblemList();
        problems.Error("", ProblemCodes.WrongType, $"This is a file of the kind {Name(found)}, not {Name(expected)}: `agenteval validate` checks it.");
        return problems;
    }

    /// <summary>A run request names both a suite and an agent; null: nothing tells.</summary>
    private static DocumentKind? Kind(JsonObject document) => (document.ContainsKey("suite"), document.ContainsKey("agent")) switch
    {
        (true, true) => DocumentKind.Run,
        (false, true) => DocumentKind.Agent,
        (true, false) => DocumentKind.Suite,
        (false, false) when document.ContainsKey("cron") => DocumentKind.Schedule,
        (false, false) when document.ContainsKey("runs") => DocumentKind.Batch,
        _ => null,
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
        var kind = report.Kind is { } known ? Name(known) : "file";
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
