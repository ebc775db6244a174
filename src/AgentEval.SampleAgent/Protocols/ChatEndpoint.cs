using System.Text.Json.Nodes;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <param name="Message">What the user says.</param>
/// <param name="Session">Its conversation and orders go on; default <c>default</c>.</param>
/// <param name="Model">One of <see cref="BotModels"/>; default: as the agent was started.</param>
/// <param name="System">A system prompt for this turn.</param>
internal sealed record ChatRequest(string? Message, string? Session, string? Model, string? System);

/// <summary>
/// <c>POST /chat</c> <c>{message[, session, model, system]}</c> → <c>{reply, tools, usage}</c>: the bot keeps the conversation and uses its own tools.
/// </summary>
internal static class ChatEndpoint
{
    private const int MaxToolCalls = 5;

    public static void MapChat(this WebApplication app, string defaultModel) => app.MapPost(
        "/chat",
        async (HttpRequest request, CallCounter counter, ChatSessions sessions) =>
        {
            var (body, problem) = await JsonBody.ReadAsync<ChatRequest>(request);
            if (body is null)
            {
                return Results.BadRequest(new { error = problem });
            }

            var model = body.Model ?? defaultModel;
            if (Check(body, model) is { } wrong)
            {
                return Results.BadRequest(new { error = wrong });
            }

            var session = sessions.Open(body.Session ?? JsonBody.DefaultSession);
            lock (session)
            {
                session.Add(new BotMessage(BotMessage.User, body.Message!));
                return Results.Ok(Answer(new SupportBot(model, counter.Next()), session, body.System));
            }
        });

    private static string? Check(ChatRequest body, string model) =>
        string.IsNullOrWhiteSpace(body.Message) ? "message is required: what the user says." : BotModels.IsKnown(model) ? null : BotModels.Unknown(model);

    private static JsonObject Answer(SupportBot bot, ChatSession session, string? system)
    {
        IReadOnlyList<BotMessage> Seen() =>
            string.IsNullOrEmpty(system) ? session.Conversation : [new BotMessage(BotMessage.System, system), .. session.Conversation];

        var sent = Tokens.Of(Seen());
        var used = new JsonArray();
        var move = bot.Next(Seen());
        while (move.Call is { } call && used.Count < MaxToolCalls)
        {
            var result = session.Orders.Run(call);
            used.Add(new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments, ["result"] = result.DeepClone() });
            session.Add(new BotMessage(BotMessage.Assistant, "", call));
            session.Add(new BotMessage(BotMessage.Tool, result.ToJsonString(), call));
            move = bot.Next(Seen());
        }

        session.Add(new BotMessage(BotMessage.Assistant, move.Text));
        return new JsonObject
        {
            ["reply"] = move.Text,
            ["tools"] = used,
            ["usage"] = new JsonObject { ["inputTokens"] = sent, ["outputTokens"] = Tokens.Of(move.Text) },
        };
    }
}
