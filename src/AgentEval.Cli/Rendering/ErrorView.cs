using AgentEval.Client;
using AgentEval.Core.Problems;
using AgentEval.Core.Reports;

namespace AgentEval.Cli.Rendering;

/// <summary>Tells on standard error why a command did not succeed.</summary>
internal static class ErrorView
{
    public static void Write(CliSession session, Exception exception)
    {
        var log = session.Log;
        switch (exception)
        {
            case CliException e:
                log.Error(e.Message);
                WriteProblems(log, e.OptionProblems, file: null);
                WriteProblems(log, e.Problems, e.File);
                break;
            case AgentEvalApiException e:
                log.Error($"The service refused: {e.Message}");
                WriteProblems(log, e.Problem.Errors ?? [], session.SentFile);
                WriteRetry(log, e);
                WriteHints(log, Hints.Of(e, session.Place));
                break;
            case AgentEvalConnectionException e:
                log.Error(e.Message);
                break;
            default:
                log.Error(session.IsVerbose ? exception.ToString() : $"{exception.Message} (--verbose tells more)");
                break;
        }
    }

    /// <summary>One line a problem: <c>path: message [code]</c>.</summary>
    public static string Line(Problem problem) => VisibleText.Of(Said(problem.Path, problem.Code, problem.Message));

    /// <summary>One line a problem: <c>line 9: path: message [code]</c>.</summary>
    public static string Line(FileProblem problem) => (problem.Line is { } line ? $"line {line}: " : "") + VisibleText.Of(Said(problem.Path, problem.Code, problem.Message));

    /// <summary>One line a problem: <c>file:9: path: message [code]</c>.</summary>
    public static IEnumerable<string> Lines(string file, IReadOnlyList<Problem> problems) => FileProblem.Of(file, problems)
        .Select(problem => VisibleText.Of($"{file}:{(problem.Line is { } line ? $"{line}:" : "")} {Said(problem.Path, problem.Code, problem.Message)}"));

    private static string Said(string path, string code, string message) => $"{(path.Length == 0 ? "" : $"{path}: ")}{message} [{code}]";

    private static void WriteProblems(CliLog log, IReadOnlyList<Problem> problems, string? file)
    {
        foreach (var line in file is null ? problems.Select(Line) : Lines(file, problems))
        {
            log.Error(line);
        }
    }

    private static void WriteHints(CliLog log, IReadOnlyList<string> hints)
    {
        foreach (var hint in hints)
        {
            log.Hint(hint);
        }
    }

    private static void WriteRetry(CliLog log, AgentEvalApiException e)
    {
        if (e.RetryAfter is { } wait)
        {
            log.Error($"Try again in {Figures.Duration(wait.TotalSeconds)}.");
        }
    }
}
