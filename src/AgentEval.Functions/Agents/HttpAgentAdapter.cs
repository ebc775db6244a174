using System.Net.Http;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;

namespace AgentEval.Functions.Agents;

/// <summary>Any agent that answers one HTTP request a turn: the agent file says what is sent and where the answer stands.</summary>
internal sealed class HttpAgentAdapter(AgentHttp http, AgentEndpoints endpoints) : IAgentAdapter
{
    public AgentType Type => AgentType.Http;

    public IAgentConversation Open(AgentConversationContext context) => new Conversation(context, http, endpoints);

    private sealed class Conversation(AgentConversationContext context, AgentHttp http, AgentEndpoints endpoints) : IAgentConversation
    {
        private readonly AgentSpec _agent = context.Agent;
        private Uri? _endpoint;
        private bool _begun;
        private int _reported;

        public async Task<AgentReply> SendAsync(AgentMessage message, CancellationToken cancellationToken)
        {
            var templates = AgentTemplates.For(context, InputOf(message), message.Input);
            using var lease = endpoints.Take(_agent, _endpoint);
            _endpoint = null;
            var answer = await http.SendAsync(
                _agent,
                HttpMethod.Parse(_agent.Request.Method),
                lease.Url,
                _agent.Request.Method is "GET" or "DELETE" ? null : templates.Fill(_agent.Request.Body),
                templates,
                AnswerBound(_agent.Limits),
                cancellationToken);
            var reply = Read(answer);
            lease.Succeeded();
            _endpoint = lease.Url;
            _begun = true;
            return reply;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>A body that has no place for the system prompt gets it before the first turn's text.</summary>
        private JsonNode InputOf(AgentMessage message)
        {
            var text = AgentText.WithDocuments(message);
            var hasPlace = _agent.Request.Body.ToJsonString().Contains("systemPrompt", StringComparison.Ordinal);
            if (!_begun && !hasPlace && !string.IsNullOrEmpty(context.SystemPrompt))
            {
                return context.SystemPrompt + "\n\n" + text;
            }

            return message is { InputIsWhole: true, Input: { } input, Documents.Count: 0 } ? input : text;
        }

        private AgentReply Read(AgentHttpAnswer answer)
        {
            if (!answer.Complete)
            {
                return ReadStart(answer);
            }

            var paths = _agent.Response;
            var document = AgentDocument.Parse(answer.Body);
            var error = paths.Error is null ? null : document?.Select(paths.Error);
            answer.ThrowUnlessSucceeded(error is null ? null : TextOf(error));
            if (error is not null)
            {
                throw new AgentException(AgentErrorCodes.Failed, $"The agent says it failed: {AgentText.Excerpt(TextOf(error))}");
            }

            if (paths.Output is null)
            {
                return WholeBody(answer, document);
            }

            return At(paths, document ?? throw Unreadable(answer), answer);
        }

        /// <summary>
        /// The start of an answer is a result when it holds more output than is kept, whatever came of the rest. Not when the agent reports its tool
        /// calls: which they were is not known then.
        /// </summary>
        private AgentReply ReadStart(AgentHttpAnswer answer)
        {
            if (answer.Broken is null)
            {
                answer.ThrowUnlessSucceeded();
            }

            var paths = _agent.Response;
            var start = JsonStart.Close(answer.Body) is { } closed ? AgentDocument.Parse(closed) : null;
            var output = paths.Output is null ? answer.Body
                : JsonPaths.IsDefinite(paths.Output) && start?.Select(paths.Output) is { } found ? TextOf(found)
                : "";
            var (text, cut) = AgentText.Cut(output, _agent.Limits.MaxOutputBytes);
            var isError = paths.Error is not null && start?.Select(paths.Error) is not null;
            return cut && answer.Succeeded && paths.ToolCalls is null && !isError ? new AgentReply(text, [], [], null, null, null, true) : throw answer.Unread();
        }

        private AgentReply WholeBody(AgentHttpAnswer answer, AgentDocument? document)
        {
            var (text, cut) = AgentText.Cut(answer.Body, _agent.Limits.MaxOutputBytes);
            var (input, output) = UsageIn(document);
            return new AgentReply(text, [], ReportedIn(document), input, output, document?.Root, cut);
        }

        private AgentReply At(HttpAgentResponse paths, AgentDocument document, AgentHttpAnswer answer)
        {
            var reported = ReportedIn(document);
            var found = document.Select(paths.Output!);
            if (found is null && (reported.Count == 0 || !document.Has(paths.Output!)))
            {
                throw new AgentException(AgentErrorCodes.Answer, $"The agent's answer has nothing at '{paths.Output}': {answer.Describe()}.");
            }

            var (text, cut) = AgentText.Cut(found is null ? "" : TextOf(found), _agent.Limits.MaxOutputBytes);
            var (input, output) = UsageIn(document);
            return new AgentReply(text, [], reported, input, output, document.Root, cut);
        }

        private (long? Input, long? Output) UsageIn(AgentDocument? document) =>
            _agent.Response.Usage is { } path ? AgentUsage.Read(document?.Select(path)) : (null, null);

        private List<AgentToolCall> ReportedIn(AgentDocument? document) =>
            _agent.Response.ToolCalls is { } path ? ReportedToolCalls.Read(document?.Select(path), path, ref _reported) : [];
    }

    /// <summary>How much of an answer is read: JSON may write a character in six bytes, and holds more than the output.</summary>
    internal static int AnswerBound(AgentLimits limits) => (int)Math.Clamp((6L * limits.MaxOutputBytes) + 65_536, 1_048_576, 67_108_864);

    /// <summary>An answer that should be JSON and is not.</summary>
    internal static AgentException Unreadable(AgentHttpAnswer answer) => new(
        AgentErrorCodes.Answer,
        AgentJson.IsJson(answer.Body)
            ? $"The agent's answer is JSON that cannot be recorded: a member stands twice, half of a character, or more than {AgentJson.MaxDepth} levels: {answer.Describe()}."
            : $"The agent's answer is not JSON: {answer.Describe()}.");

    internal static string TextOf(JsonNode node) => node switch
    {
        JsonValue when AgentJson.Text(node) is { } text => text,
        JsonArray { Count: > 0 } items when items.All(item => AgentJson.Text(item) is not null) => string.Concat(items.Select(AgentJson.Text)),
        _ => node.ToJsonString(AgentEvalJson.Options),
    };
}
