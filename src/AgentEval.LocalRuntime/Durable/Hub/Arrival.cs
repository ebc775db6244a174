using AgentEval.LocalRuntime.Durable.History;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Something that happened to an instance and is not stored yet.</summary>
/// <param name="Event">Null: nothing new, only a turn is due.</param>
/// <param name="InboxKey">The inbox row to delete once it is stored; null: it did not come through the inbox.</param>
internal sealed record Arrival(HistoryEvent? Event, string? InboxKey = null);
