using AgentEval.LocalRuntime.Durable.History;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>Something for an instance, put down by any process and taken up by the owner of the hub.</summary>
/// <param name="Key">Its row; rising with time.</param>
/// <param name="InstanceId">For whom.</param>
/// <param name="Content">Null: the instance was just scheduled.</param>
internal sealed record InboxMessage(string Key, string InstanceId, Message? Content);
