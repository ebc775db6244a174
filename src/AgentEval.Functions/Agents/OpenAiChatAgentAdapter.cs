using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;
using AgentEval.Core.Suites;
using static AgentEval.Functions.Agents.AgentJson;

namespace AgentEval.Functions.Agents;

/// <summary>The chat completions protocol: the whole conversation is sent each time, and the agent asks for the suite's tools.</summary>
internal sealed class OpenAiChatAgentAdapter(AgentHttp http, AgentEndpoints endpoints) : IAgentAdapter
{
    public AgentType Type => AgentType.OpenAiChat;

    public IAgentConversation Open(AgentConversationContext context) => new Conversation(context, http, endpoints);

    /// <summary>The url may be the server's, end in <c>/v1</c>, or be the whole path; a query stays.</summary>
    internal static Uri CompletionsUrl(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/chat/completions", StringComparison.OrdinalIgnoreCase) ? path
            : path.EndsWith("/v1", StringComparison.OrdinalIgnoreCase) ? path + "/chat/completions"
            : path + "/v1/chat/completions";
        return new UriBuilder(url) { Path = path }.Uri;
    }

    private sealed class Conversation(AgentConversationContext context, AgentHttp http, AgentEndpoints endpoints) : IAgentConversation
    {
        private readonly AgentTemplates _templates = AgentTemplates.For(context, "");
        private readonly List<JsonObject> _messages = context.SystemPrompt is { Length: > 0 } prompt ? [Says("system", prompt)] : [];

        public async Task<AgentReply> SendAsync(AgentMessage message, CancellationToken cancellationToken)
        {
            List<JsonObject> added = message.Text is not null
                ? [Says("user", AgentText.WithDocuments(message))]
                : [.. message.ToolResults.Select(Answers)];
            using var lease = endpoints.Take(context.Agent);
            var answer = await http.SendAsync(
                context.Agent,
                HttpMethod.Post,
                CompletionsUrl(lease.Url),
                BodyWith(added),
                _templates,
                HttpAgentAdapter.AnswerBound(context.Agent.Limits),
                cancellationToken);
            var (reply, said) = Read(answer);
            lease.Succeeded();
            _messages.AddRange(added);
            _messages.Add(said);
            return reply;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static JsonObject Says(string role, string text) => new() { ["role"] = role, ["content"] = text };

        private static JsonObject Answers(AgentToolResult result) =>
            new() { ["role"] = "tool", ["tool_call_id"] = result.CallId, ["content"] = result.Text };

        private JsonObject BodyWith(List<JsonObject> added)
        {
            var body = new JsonObject();
            foreach (var (name, value) in context.Settings)
            {
                body[ProtocolName(name)] = _templates.Fill(value);
            }

            if (context.Agent.Model is { } model)
            {
                body["model"] = model;
            }

            body["messages"] = new JsonArray([.. _messages.Concat(added).Select(said => said.DeepClone())]);
            body.Remove("stream");
            if (context.Tools.Count > 0)
            {
                body["tools"] = new JsonArray([.. context.Tools.Select(Describe)]);
            }

            return body;
        }

        private (AgentReply Reply, JsonObject Said) Read(AgentHttpAnswer answer)
        {
            if (!answer.Complete)
            {
                return ReadStart(answer);
            }

            var document = AgentJson.TryParse(answer.Body, out var parsed) ? parsed : null;
            var error = Member(document, "error");
            answer.ThrowUnlessSucceeded(ErrorText(error));
            if (document is null)
            {
                throw HttpAgentAdapter.Unreadable(answer);
            }

            if (error is not null)
            {
                throw new AgentException(AgentErrorCodes.Failed, $"The agent says it failed: {AgentText.Excerpt(ErrorText(error) ?? "")}");
            }

            if (Member(document, "choices") is not JsonArray { Count: > 0 } choices || Member(choices[0], "message") is not JsonObject message)
            {
                throw new AgentException(AgentErrorCodes.Answer, $"The agent's answer has no choices[0].message: {answer.Describe()}.");
            }

            return ReplyOf(message, document);
        }

        /// <summary>The start of an answer is a result when it holds more output than is kept, whatever came of the rest; tools it asks for there are not called.</summary>
        private (AgentReply Reply, JsonObject Said) ReadStart(AgentHttpAnswer answer)
        {
            if (answer.Broken is null)
            {
                answer.ThrowUnlessSucceeded();
            }

            var start = JsonStart.Close(answer.Body) is { } closed && AgentJson.TryParse(closed, out var parsed) ? parsed : null;
            var message = Member(start, "choices") is JsonArray { Count: > 0 } choices ? Member(choices[0], "message") : null;
            var (text, cut) = AgentText.Cut(ContentOf(Member(message, "content")) ?? "", context.Agent.Limits.MaxOutputBytes);
            var isResult = cut && answer.Succeeded && Member(message, "tool_calls") is null && Member(start, "error") is null;
            return isResult ? (new AgentReply(text, [], [], null, null, null, true), Says("assistant", text)) : throw answer.Unread();
        }

        private (AgentReply Reply, JsonObject Said) ReplyOf(JsonObject message, JsonNode document)
        {
            var full = ContentOf(message["content"]) ?? ContentOf(message["refusal"]) ?? "";
            var (text, cut) = AgentText.Cut(full, context.Agent.Limits.MaxOutputBytes);
            var calls = message["tool_calls"] is JsonArray asked ? asked.Select(ToolCallOf).OfType<AgentToolCall>().ToList() : [];
            var (input, output) = AgentUsage.Read(Member(document, "usage"));
            var said = Says("assistant", text);
            if (calls.Count > 0)
            {
                said["tool_calls"] = new JsonArray([.. calls.Select(Repeat)]);
            }

            return (new AgentReply(text, calls, [], input, output, document, cut), said);
        }

        private AgentToolCall? ToolCallOf(JsonNode? call, int index)
        {
            var function = Member(call, "function");
            if (Text(Member(function, "name")) is not { Length: > 0 } name)
            {
                return null;
            }

            var id = Text(Member(call, "id")) is { Length: > 0 } given ? given : $"call-{_messages.Count}-{index + 1}";
            return new AgentToolCall(id, name, ReportedToolCalls.ParseArguments(Member(function, "arguments")));
        }
    }

    private static JsonObject Repeat(AgentToolCall call) => new()
    {
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = call.Name,
            ["arguments"] = Text(call.Arguments) ?? call.Arguments?.ToJsonString(AgentEvalJson.Options) ?? "{}",
        },
    };

    private static JsonObject Describe(SimulatedTool tool)
    {
        var function = new JsonObject { ["name"] = tool.Name };
        if (tool.Description is not null)
        {
            function["description"] = tool.Description;
        }

        function["parameters"] = tool.Schema?.DeepClone() ?? new JsonObject { ["type"] = "object", ["additionalProperties"] = true };
        return new JsonObject { ["type"] = "function", ["function"] = function };
    }

    /// <summary><c>maxTokens</c> is <c>max_tokens</c>; a name that is the protocol's already stays.</summary>
    internal static string ProtocolName(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && result.Length > 0 && result[^1] != '_')
            {
                result.Append('_');
            }

            result.Append(char.ToLowerInvariant(letter));
        }

        return result.ToString();
    }

    /// <summary>A text, or the texts of a list of parts.</summary>
    private static string? ContentOf(JsonNode? content) => content is JsonArray parts
        ? string.Concat(parts.Select(part => Text(Member(part, "text"))))
        : Text(content);

    private static string? ErrorText(JsonNode? error) => error is null ? null : Text(Member(error, "message")) ?? HttpAgentAdapter.TextOf(error);
}
