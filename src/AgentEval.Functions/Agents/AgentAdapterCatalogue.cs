using AgentEval.Core.Agents;

namespace AgentEval.Functions.Agents;

/// <summary>The agent types this version speaks.</summary>
internal sealed class AgentAdapterCatalogue
{
    private readonly Dictionary<AgentType, IAgentAdapter> _byType;

    public AgentAdapterCatalogue(AgentHttp http, AgentEndpoints endpoints)
        : this(
        [
            new HttpAgentAdapter(http, endpoints),
            new OpenAiChatAgentAdapter(http, endpoints),
        ])
    {
    }

    internal AgentAdapterCatalogue(IEnumerable<IAgentAdapter> adapters) => _byType = adapters.ToDictionary(adapter => adapter.Type);

    /// <summary>Null when this version does not speak the type.</summary>
    public IAgentAdapter? Find(AgentType type) => _byType.GetValueOrDefault(type);
}
