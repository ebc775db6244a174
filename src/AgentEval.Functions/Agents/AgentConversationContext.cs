using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Suites;

namespace AgentEval.Functions.Agents;

/// <summary>What a conversation knows from its start.</summary>
public sealed record AgentConversationContext
{
    public required AgentSpec Agent { get; init; }

    /// <summary>Unique per run, trial and attempt; an agent with a memory keeps its conversations apart by it.</summary>
    public required string Session { get; init; }

    /// <summary>The trial's seed, for agents that take one.</summary>
    public required long Seed { get; init; }

    /// <summary>The agent's settings with the scenario's laid over them; templates not filled yet.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>The agent's system prompt with the scenario's injections; null: none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The tools the suite plays.</summary>
    public IReadOnlyList<SimulatedTool> Tools { get; init; } = [];
}
