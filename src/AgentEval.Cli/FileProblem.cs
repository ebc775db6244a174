using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Cli;

/// <summary>One thing wrong with a user's file.</summary>
/// <param name="Line">The line it stands on, from 1; null where that cannot be told.</param>
/// <param name="Path">As of a <see cref="Problem"/>, like the rest.</param>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
internal sealed record FileProblem(int? Line, string Path, string Code, string Message)
{
    public static IReadOnlyList<FileProblem> Of(string file, IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0)
        {
            return [];
        }

        var text = DocumentFile.TryTextAgain(file) ?? "";
        var lines = DocumentLines.Find(text, problems.Select(problem => problem.Path));
        return [.. problems.Select(problem => new FileProblem(lines.TryGetValue(problem.Path, out var line) ? line : null, problem.Path, problem.Code, problem.Message))];
    }
}
