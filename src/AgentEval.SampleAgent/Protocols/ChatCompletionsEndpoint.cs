using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary><c>POST /v1/chat/completions</c>: the caller keeps the conversation and plays the tools it offers.</summary>
internal static class ChatCompletionsEndpoint
{
    public static void MapChatCompletions(this WebApplication app, string defaultModel) => app.MapPost(
        "/v1/chat/completions",
        (JsonObject body, CallCounter counter) =>
        {
            if (body["messages"] is not JsonArray { Count: > 0 } messages)
            {
                return Results.BadRequest(new { error = new { message = "messages is required", type = "invalid_request_error" } });
            }

            var model = (string?)body["model"] ?? defaultModel;
            var conversation = Read(messages);
            var number = counter.Next();
            var move = new SupportBot(model, number).Next(conversation);
            if (move.Call is { } call && !Offered(body).Contains(call.Name))
            {
                move = BotMove.Say("I cannot reach our order system right now. Please try again later.");
            }

            return Results.Ok(Completion(model, number, move, Tokens.Of(conversation)));
        });

    private static HashSet<string> Offered(JsonObject body) =>
        body["tools"] is JsonArray tools ? [.. tools.Select(tool => (string?)tool?["function"]?["name"]).OfType<string>()] : [];

    private static List<BotMessage> Read(JsonArray messages)
    {
        var calls = new Dictionary<string, BotToolCall>();
        var conversation = new List<BotMessage>();
        foreach (var message in messages.OfType<JsonObject>())
        {
            var call = ReadCall(message["tool_calls"]?[0]);
            if (call is not null)
            {
                calls[call.Id] = call;
            }

            var answered = (string?)message["tool_call_id"] is { } id ? calls.GetValueOrDefault(id) : call;
            conversation.Add(new BotMessage((string?)message["role"] ?? BotMessage.User, TextOf(message["content"]), answered));
        }

        return conversation;
    }

    private static BotToolCall? ReadCall(JsonNode? call)
    {
        if (call is null)
        {
            return null;
        }

        var arguments = JsonNode.Parse((string?)call["function"]?["arguments"] ?? "{}") as JsonObject ?? [];
        return new BotToolCall((string?)call["id"] ?? "", (string?)call["function"]?["name"] ?? "", arguments);
    }

    /// <summary>Content is a text, or a list of parts.</summary>
    private static string TextOf(JsonNode? content) => content switch
    {
        JsonArray parts => string.Join("\n", parts.Select(part => (string?)part?["text"])),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => "",
    };

    private static JsonObject Completion(string model, int number, BotMove move, int sent)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = move.Call is null ? move.Text : null };
        if (move.Call is { } call)
        {
            message["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments.ToJsonString() },
            });
        }

        var answered = Tokens.Of(move.Text) + (move.Call is null ? 0 : 12);
        return new JsonObject
        {
            ["id"] = $"chatcmpl-{number}",
            ["object"] = "chat.completion",
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = move.Call is null ? "stop" : "tool_calls" }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = sent, ["completion_tokens"] = answered, ["total_tokens"] = sent + answered },
        };
    }
}
