using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary>Routes of parts that are still to come. They say so: a client can tell them from a mistyped address.</summary>
public static class NotYetAvailable
{
    [Function("CompareRuns")]
    public static Task<HttpResponseData> CompareAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "compare")] HttpRequestData request) =>
        request.NotAvailableAsync("Comparing runs (GET /api/compare)");

    [Function("GetLeaderboard")]
    public static Task<HttpResponseData> LeaderboardAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "leaderboard")] HttpRequestData request) =>
        request.NotAvailableAsync("The leaderboard (GET /api/leaderboard)");

    [Function("GetTrends")]
    public static Task<HttpResponseData> TrendsAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "trends")] HttpRequestData request) =>
        request.NotAvailableAsync("Trends (GET /api/trends)");

    [Function("RescoreRun")]
    public static Task<HttpResponseData> RescoreAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/rescore")] HttpRequestData request, string id) =>
        request.NotAvailableAsync($"Judging the run {id} again (POST /api/runs/{{id}}/rescore)");

    [Function("ReplayRun")]
    public static Task<HttpResponseData> ReplayAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/replay")] HttpRequestData request, string id) =>
        request.NotAvailableAsync($"Running the trials of {id} again (POST /api/runs/{{id}}/replay)");

    [Function("ApproveSnapshots")]
    public static Task<HttpResponseData> ApproveSnapshotsAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/snapshots/approve")] HttpRequestData request, string id) =>
        request.NotAvailableAsync($"Approving the outputs of {id} as snapshots (POST /api/runs/{{id}}/snapshots/approve)");

    [Function("GetDashboard")]
    public static Task<HttpResponseData> DashboardAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dashboard/{*path}")] HttpRequestData request) =>
        request.NotAvailableAsync("The dashboard (GET /api/dashboard)");
}
