using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Triggers.Http;

internal static class RunLookup
{
    /// <exception cref="ApiException">404: there is no such run.</exception>
    public static async Task<RunRow> RequireAsync(this RunStore runs, string id, CancellationToken cancellationToken) =>
        (RunIds.IsValid(id) ? await runs.FindAsync(id, cancellationToken) : null) ?? throw Unknown(id);

    public static ApiException Unknown(string id) => ApiException.NotFound($"There is no run '{id}'. GET /api/runs lists them.");
}
