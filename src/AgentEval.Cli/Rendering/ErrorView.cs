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
                WriteProblems(log, e.Problems, e.File);
                break;
            case AgentEvalApiException e:
                log.Error($"The service refused: {e.Message}");
                WriteProblems(log, e.Problem.Errors ?? [], file: null);
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

    /// <summary>One line a problem: <c>file: path: message [code]</c>.</summary>
    public static string Line(Problem problem, string? file) =>
        VisibleText.Of(string.Join(": ", new[] { file, problem.Path.Length == 0 ? null : problem.Path, $"{problem.Message} [{problem.Code}]" }.OfType<string>()));

    private static void WriteProblems(CliLog log, IReadOnlyList<Problem> problems, string? file)
    {
        foreach (var problem in problems)
        {
            log.Error(Line(problem, file));
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
