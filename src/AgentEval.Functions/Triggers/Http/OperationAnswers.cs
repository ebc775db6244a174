using AgentEval.Functions.Runs;
using AgentEval.Functions.Submissions;

namespace AgentEval.Functions.Triggers.Http;

internal static class OperationAnswers
{
    /// <exception cref="ApiException">404, 409 or 429.</exception>
    public static void Check(OperationResult result, string runId)
    {
        if (result.Row is null)
        {
            throw RunLookup.Unknown(runId);
        }

        if (result.Conflict is { } conflict)
        {
            throw ApiException.Conflict(conflict);
        }

        if (result.IsQueueFull)
        {
            throw new ApiException(SubmissionService.QueueFull());
        }
    }
}
