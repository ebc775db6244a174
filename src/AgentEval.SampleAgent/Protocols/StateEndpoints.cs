using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary><c>POST /reset</c> puts the orders back as they were; <c>GET /state</c> shows them; <c>GET /metrics</c> tells what a trial may record.</summary>
internal static class StateEndpoints
{
    public static void MapState(this WebApplication app)
    {
        app.MapPost("/reset", (OrderBook orders) =>
        {
            orders.Reset();
            return Results.NoContent();
        });
        app.MapGet("/state", (OrderBook orders) => Results.Ok(orders.Snapshot()));
        app.MapGet("/metrics", (OrderBook orders) => Results.Ok(new { refunds = orders.Snapshot().Count(order => (bool)order!["refunded"]!) }));
    }
}
