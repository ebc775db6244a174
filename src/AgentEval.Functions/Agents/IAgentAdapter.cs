using AgentEval.Core.Agents;

namespace AgentEval.Functions.Agents;

/// <summary>Speaks one agent type's protocol. A new type is one file that implements this and one line in <c>AgentAdapterCatalogue</c>.</summary>
public interface IAgentAdapter
{
    AgentType Type { get; }

    /// <summary>Opens a conversation for one attempt of one trial. Nothing is sent before the first message.</summary>
    IAgentConversation Open(AgentConversationContext context);
}
