using System.Text.Json.Nodes;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary><c>POST /v1/chat/completions</c>: the caller keeps the conversation and plays the tools it offers.</summary>
internal static class ChatCompletionsEndpoint
{
    private const int TokensOfACall = 12;

    public static void MapChatCompletions(this WebApplication app, string defaultModel) => app.MapPost(
        "/v1/chat/completions",
        async (HttpRequest request, CallCounter counter) =>
        {
            var (body, problem) = await JsonBody.ReadAsync<ChatCompletionsRequest>(request);
            if (body is null)
            {
                return Refuse(problem);
            }

            var model = body.Model ?? defaultModel;
            if (!BotModels.IsKnown(model))
            {
                return Refuse(BotModels.Unknown(model));
            }

            var conversation = body.Conversation(out problem);
            return problem.Length > 0 ? Refuse(problem) : Results.Ok(Answer(body, model, conversation, counter.Next()));
        });

    private static IResult Refuse(string message) => Results.BadRequest(new { error = new { message, type = "invalid_request_error" } });

    private static JsonObject Answer(ChatCompletionsRequest body, string model, IReadOnlyList<BotMessage> conversation, int number)
    {
        var move = new SupportBot(model, number).Next(conversation);
        if (move.Call is { } call && !body.Offers(call.Name))
        {
            move = BotMove.Say("I cannot reach our order system right now. Please try again later.");
        }

        return Completion(model, number, move, Tokens.Of(conversation));
    }

    private static JsonObject Completion(string model, int number, BotMove move, int sent)
    {
        var message = new JsonObject { ["role"] = BotMessage.Assistant, ["content"] = move.Call is null ? move.Text : null };
        if (move.Call is { } call)
        {
            message["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments.ToJsonString() },
            });
        }

        var said = move.Call is null ? Tokens.Of(move.Text) : TokensOfACall;
        return new JsonObject
        {
            ["id"] = $"chatcmpl-{number}",
            ["object"] = "chat.completion",
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = move.Call is null ? "stop" : "tool_calls" }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = sent, ["completion_tokens"] = said, ["total_tokens"] = sent + said },
        };
    }
}
