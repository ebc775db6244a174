using AgentEval.Core.Api;
using AgentEval.Core.Problems;

namespace AgentEval.Functions.Submissions;

internal static class ProblemDocuments
{
    /// <summary>The errors of a refusal; its detail where it has none.</summary>
    public static ProblemList ToProblems(this ApiProblem refusal)
    {
        var problems = new ProblemList();
        foreach (var error in refusal.Errors ?? [])
        {
            problems.Error(error.Path, error.Code, error.Message);
        }

        if (!problems.HasErrors)
        {
            problems.Error("", ProblemCodes.InvalidValue, refusal.Detail ?? refusal.Title);
        }

        return problems;
    }
}
