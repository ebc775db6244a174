using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Functions.Submissions;

/// <summary>A submission after its checks. Without errors the suite, the agent and the settings are there.</summary>
public sealed record CheckedSubmission(
    RunRequest Request, Suite? Suite, AgentSpec? Agent, RunSettings? Settings, ProblemList Problems, IReadOnlyDictionary<string, CheckOutcome> Checks)
{
    public ValidationView ToView() => new(!Problems.HasErrors, Problems.Errors, Problems.Warnings, Checks);

    public ApiProblem ToProblem() => new()
    {
        Title = "Submission refused",
        Status = 422,
        Detail = "The request is well formed, but it was refused; errors and checks say why.",
        Errors = Problems.Errors,
        Warnings = Problems.Warnings,
        Checks = Checks,
    };
}
