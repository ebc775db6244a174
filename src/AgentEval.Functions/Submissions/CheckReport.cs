using AgentEval.Core.Api;
using AgentEval.Core.Problems;

namespace AgentEval.Functions.Submissions;

/// <summary>Collects the problems of a submission and, per check, how it came out. A check that nothing was said of was skipped.</summary>
internal sealed class CheckReport(IEnumerable<string> checks)
{
    private readonly Dictionary<string, CheckOutcome> _outcomes = checks.ToDictionary(name => name, _ => CheckOutcome.Skipped);

    public ProblemList Problems { get; } = new();

    public IReadOnlyDictionary<string, CheckOutcome> Outcomes => _outcomes;

    public void Passed(string check) => Raise(check, CheckOutcome.Ok);

    public void Add(string check, ProblemList problems)
    {
        Problems.AddRange(problems);
        Raise(check, problems.HasErrors ? CheckOutcome.Error : problems.Warnings.Count > 0 ? CheckOutcome.Warning : CheckOutcome.Ok);
    }

    public void Error(string check, string path, string code, string message)
    {
        Problems.Error(path, code, message);
        Raise(check, CheckOutcome.Error);
    }

    /// <summary>The check passed, or failed with this one problem.</summary>
    public void Require(string check, bool condition, string path, string code, string message)
    {
        if (condition)
        {
            Passed(check);
        }
        else
        {
            Error(check, path, code, message);
        }
    }

    public void Warn(string check, string path, string code, string message)
    {
        Problems.Warning(path, code, message);
        Raise(check, CheckOutcome.Warning);
    }

    private void Raise(string check, CheckOutcome outcome)
    {
        if (_outcomes[check] is CheckOutcome.Skipped or CheckOutcome.Ok || outcome == CheckOutcome.Error)
        {
            _outcomes[check] = outcome;
        }
    }
}
