namespace AgentEval.Core.Problems;

/// <summary>Collects every error and warning of one check, so that a user sees all of them at once.</summary>
public sealed class ProblemList
{
    /// <summary>More of one kind are dropped, and the last one says so: a broken document may have as many problems as characters.</summary>
    public const int Max = 1_000;

    private readonly List<Problem> _errors = [];
    private readonly List<Problem> _warnings = [];

    public IReadOnlyList<Problem> Errors => _errors;

    public IReadOnlyList<Problem> Warnings => _warnings;

    public bool HasErrors => _errors.Count > 0;

    public void Error(string path, string code, string message) => Add(_errors, new Problem(path, code, message));

    public void Warning(string path, string code, string message) => Add(_warnings, new Problem(path, code, message));

    /// <summary>For a message that takes a search: it is made only if it will be listed.</summary>
    internal void Error(string path, string code, Func<string> message) => Add(_errors, path, code, message);

    /// <inheritdoc cref="Error(string, string, Func{string})"/>
    internal void Warning(string path, string code, Func<string> message) => Add(_warnings, path, code, message);

    public void AddRange(ProblemList other, string pathPrefix = "")
    {
        ArgumentNullException.ThrowIfNull(other);
        other._errors.ForEach(problem => Add(_errors, problem with { Path = Join(pathPrefix, problem.Path) }));
        other._warnings.ForEach(problem => Add(_warnings, problem with { Path = Join(pathPrefix, problem.Path) }));
    }

    /// <summary>Adds the other's problems, each once.</summary>
    internal void AddDistinct(ProblemList other)
    {
        other._errors.Distinct().ToList().ForEach(problem => Add(_errors, problem));
        other._warnings.Distinct().ToList().ForEach(problem => Add(_warnings, problem));
    }

    /// <summary>Joins a path and a member: <c>Join("turns[0]", "user")</c> is <c>turns[0].user</c>.</summary>
    public static string Join(string path, string member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (string.IsNullOrEmpty(path))
        {
            return member;
        }

        return member.Length == 0 || member[0] == '[' ? path + member : path + "." + member;
    }

    private static void Add(List<Problem> problems, string path, string code, Func<string> message) =>
        Add(problems, new Problem(path, code, problems.Count < Max ? message() : ""));

    private static void Add(List<Problem> problems, Problem problem)
    {
        if (problems.Count < Max)
        {
            problems.Add(problem);
        }
        else if (problems.Count == Max)
        {
            problems.Add(new Problem("", ProblemCodes.TooLarge, $"There are more than {Max}; the rest is not listed."));
        }
    }
}
