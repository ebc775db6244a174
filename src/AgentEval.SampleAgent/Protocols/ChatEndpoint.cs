using System.Text.Json.Nodes;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary>
/// <c>POST /chat</c> <c>{message, session[, model]}</c> → <c>{reply, tools, usage}</c>: the bot keeps the conversation and uses its own tools.
/// </summary>
internal static class ChatEndpoint
{
    private const int MaxToolCalls = 5;

    public static void MapChat(this WebApplication app, string defaultModel) => app.MapPost(
        "/chat",
        (JsonObject body, OrderBook orders, CallCounter counter, ChatSessions sessions) =>
        {
            if ((string?)body["message"] is not { Length: > 0 } message)
            {
                return Results.BadRequest(new { error = "message is required" });
            }

            var conversation = sessions.Open((string?)body["session"] ?? "default");
            lock (conversation)
            {
                conversation.Add(new BotMessage(BotMessage.User, message));
                return Results.Ok(Answer(new SupportBot((string?)body["model"] ?? defaultModel, counter.Next()), conversation, orders));
            }
        });

    private static JsonObject Answer(SupportBot bot, List<BotMessage> conversation, OrderBook orders)
    {
        var sent = Tokens.Of(conversation);
        var used = new JsonArray();
        var move = bot.Next(conversation);
        while (move.Call is { } call && used.Count < MaxToolCalls)
        {
            var result = orders.Run(call.Name, call.Arguments);
            used.Add(new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments.DeepClone(), ["result"] = result.DeepClone() });
            conversation.Add(new BotMessage(BotMessage.Assistant, "", call));
            conversation.Add(new BotMessage(BotMessage.Tool, result.ToJsonString(), call));
            move = bot.Next(conversation);
        }

        conversation.Add(new BotMessage(BotMessage.Assistant, move.Text));
        return new JsonObject
        {
            ["reply"] = move.Text,
            ["tools"] = used,
            ["usage"] = new JsonObject { ["inputTokens"] = sent, ["outputTokens"] = Tokens.Of(move.Text) },
        };
    }
}
