using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Protocols;

/// <summary>One caller's conversation and orders, apart from everyone else's. Lock it to use the conversation.</summary>
internal sealed class ChatSession
{
    /// <summary>The bot forgets what was said before.</summary>
    private const int MaxMessages = 200;

    private readonly List<BotMessage> _conversation = [];

    public IReadOnlyList<BotMessage> Conversation => _conversation;

    public OrderBook Orders { get; } = new();

    public void Add(BotMessage message)
    {
        if (_conversation.Count == MaxMessages)
        {
            _conversation.RemoveAt(0);
        }

        _conversation.Add(message);
    }
}

/// <summary>The sessions of <c>/chat</c>. Beyond the capacity, the one that was longest not used is forgotten.</summary>
internal sealed class ChatSessions(int capacity = 10_000)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Id, ChatSession Session)>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Id, ChatSession Session)> _byUse = new();

    public ChatSession Open(string id)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(id, out var known))
            {
                _byUse.Remove(known);
                _byUse.AddFirst(known);
                return known.Value.Session;
            }

            if (_byId.Count == capacity)
            {
                _byId.Remove(_byUse.Last!.Value.Id);
                _byUse.RemoveLast();
            }

            _byId[id] = _byUse.AddFirst((id, new ChatSession()));
            return _byUse.First!.Value.Session;
        }
    }

    /// <summary>Null: there is none, or it was forgotten.</summary>
    public ChatSession? Find(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id)?.Value.Session;
        }
    }

    /// <param name="id">The session; null: all.</param>
    public void Reset(string? id)
    {
        lock (_gate)
        {
            if (id is null)
            {
                _byId.Clear();
                _byUse.Clear();
            }
            else if (_byId.Remove(id, out var known))
            {
                _byUse.Remove(known);
            }
        }
    }

    /// <summary>As they are now, the last used first.</summary>
    public IReadOnlyList<ChatSession> All()
    {
        lock (_gate)
        {
            return [.. _byUse.Select(entry => entry.Session)];
        }
    }
}
