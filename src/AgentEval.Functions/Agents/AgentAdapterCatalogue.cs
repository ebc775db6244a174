using AgentEval.Core.Agents;

namespace AgentEval.Functions.Agents;

/// <summary>The agent types this version speaks.</summary>
public sealed class AgentAdapterCatalogue(IEnumerable<IAgentAdapter> adapters)
{
    private readonly Dictionary<AgentType, IAgentAdapter> _byType = adapters.ToDictionary(adapter => adapter.Type);

    /// <summary>Null when this version does not speak the type.</summary>
    public IAgentAdapter? Find(AgentType type) => _byType.GetValueOrDefault(type);
}
