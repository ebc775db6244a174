using System.Collections.Concurrent;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary>The conversations of <c>/chat</c>, by session.</summary>
internal sealed class ChatSessions
{
    private readonly ConcurrentDictionary<string, List<BotMessage>> _sessions = new();

    public List<BotMessage> Open(string session) => _sessions.GetOrAdd(session, _ => []);
}
