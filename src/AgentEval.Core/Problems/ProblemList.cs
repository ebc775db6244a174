namespace AgentEval.Core.Problems;

/// <summary>Collects every error and warning of one check, so that a user sees all of them at once.</summary>
public sealed class ProblemList
{
    private readonly List<Problem> _errors = [];
    private readonly List<Problem> _warnings = [];

    public IReadOnlyList<Problem> Errors => _errors;

    public IReadOnlyList<Problem> Warnings => _warnings;

    public bool HasErrors => _errors.Count > 0;

    public void Error(string path, string code, string message) => _errors.Add(new Problem(path, code, message));

    public void Warning(string path, string code, string message) => _warnings.Add(new Problem(path, code, message));

    public void AddRange(ProblemList other, string pathPrefix = "")
    {
        ArgumentNullException.ThrowIfNull(other);
        _errors.AddRange(other._errors.Select(problem => problem with { Path = Join(pathPrefix, problem.Path) }));
        _warnings.AddRange(other._warnings.Select(problem => problem with { Path = Join(pathPrefix, problem.Path) }));
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
}
