using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <param name="Session">Null: all of them.</param>
internal sealed record ResetRequest(string? Session);

/// <summary>
/// <c>POST /reset</c> <c>{session}</c> forgets a session of <c>/chat</c>, its orders are as they were; without a body, all sessions.
/// <c>GET /state?session=S</c> shows its orders; <c>GET /metrics</c> tells what a trial may record.
/// </summary>
internal static class StateEndpoints
{
    public static void MapState(this WebApplication app)
    {
        app.MapPost("/reset", async (HttpRequest request, ChatSessions sessions) =>
        {
            var (body, problem) = await JsonBody.ReadAsync(request, whenEmpty: new ResetRequest(Session: null));
            if (body is null)
            {
                return Results.BadRequest(new { error = problem });
            }

            sessions.Reset(body.Session);
            return Results.NoContent();
        });
        app.MapGet("/state", (string? session, ChatSessions sessions) =>
            Results.Ok((sessions.Find(session ?? JsonBody.DefaultSession)?.Orders ?? new OrderBook()).Snapshot()));
        app.MapGet("/metrics", (ChatSessions sessions) =>
        {
            var open = sessions.All();
            return Results.Ok(new { sessions = open.Count, refunds = open.Sum(session => session.Orders.Refunds) });
        });
    }
}
