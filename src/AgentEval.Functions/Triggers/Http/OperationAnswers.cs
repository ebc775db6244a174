using AgentEval.Functions.Runs;

namespace AgentEval.Functions.Triggers.Http;

internal static class OperationAnswers
{
    /// <exception cref="ApiException">404 or 409.</exception>
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
    }
}
