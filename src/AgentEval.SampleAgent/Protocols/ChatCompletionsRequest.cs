using System.Text.Json;
using System.Text.Json.Serialization;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary>What the bot reads of a chat completions request; settings such as <c>temperature</c> are nothing to a bot of rules.</summary>
internal sealed record ChatCompletionsRequest(string? Model, IReadOnlyList<ChatMessage?>? Messages, IReadOnlyList<OfferedTool?>? Tools)
{
    public bool Offers(string tool) => Tools?.Any(offered => offered?.Function?.Name == tool) == true;

    /// <summary>Joins the tools' answers with the calls they answer.</summary>
    /// <param name="problem">What is wrong with the messages; "" when nothing is.</param>
    public IReadOnlyList<BotMessage> Conversation(out string problem)
    {
        var conversation = new List<BotMessage>();
        var calls = new Dictionary<string, BotToolCall>();
        foreach (var message in Messages ?? [])
        {
            if (message?.ToRole() is not { } role)
            {
                problem = $"messages[{conversation.Count}].role must be system, developer, user, assistant or tool.";
                return [];
            }

            var asked = message.ToolCalls?.Select(call => call?.ToBotCall()).OfType<BotToolCall>().ToList() ?? [];
            asked.ForEach(call => calls[call.Id] = call);
            var call = role == BotMessage.Tool ? calls.GetValueOrDefault(message.ToolCallId ?? "") : asked.FirstOrDefault();
            conversation.Add(new BotMessage(role, message.Content ?? "", call));
        }

        problem = conversation is not [.., { Role: BotMessage.User or BotMessage.Tool }] ? "messages must end with one of the user or of a tool." : "";
        return conversation;
    }
}

/// <param name="Role">Of the protocol.</param>
/// <param name="Content">A text, or a list of parts whose texts are joined.</param>
/// <param name="ToolCalls">On a message of the assistant.</param>
/// <param name="ToolCallId">On a message of a tool.</param>
internal sealed record ChatMessage(
    string? Role, [property: JsonConverter(typeof(ContentConverter))] string? Content, IReadOnlyList<ChatToolCall?>? ToolCalls, string? ToolCallId)
{
    public string? ToRole() => Role switch
    {
        "developer" => BotMessage.System,
        BotMessage.System or BotMessage.User or BotMessage.Assistant or BotMessage.Tool => Role,
        _ => null,
    };
}

/// <param name="Arguments">JSON in a string.</param>
internal sealed record ChatFunction(string? Name, string? Arguments);

internal sealed record OfferedTool(ChatFunction? Function);

internal sealed record ChatToolCall(string? Id, ChatFunction? Function)
{
    private sealed record OrderArguments(string? OrderId);

    /// <summary>A call as the bot made it; one that somebody changed on the way is about no order.</summary>
    public BotToolCall ToBotCall()
    {
        try
        {
            var arguments = JsonSerializer.Deserialize<OrderArguments>(Function?.Arguments ?? "{}", JsonSerializerOptions.Web);
            return new BotToolCall(Id ?? "", Function?.Name ?? "", arguments?.OrderId ?? "");
        }
        catch (JsonException)
        {
            return new BotToolCall(Id ?? "", Function?.Name ?? "", "");
        }
    }
}

/// <summary>Content is a text, or a list of parts; parts that are no text are left out.</summary>
internal sealed class ContentConverter : JsonConverter<string>
{
    private sealed record Part(string? Text);

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.StartArray => string.Join("\n\n", JsonSerializer.Deserialize<List<Part?>>(ref reader, options)!.Select(part => part?.Text).OfType<string>()),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
