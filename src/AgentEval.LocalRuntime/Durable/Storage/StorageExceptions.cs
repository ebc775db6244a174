namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>The row of the instance is gone or belongs to another execution: it was purged or replaced.</summary>
internal sealed class InstanceGoneException(string instanceId)
    : Exception($"The instance '{instanceId}' was purged or replaced.");

/// <summary>Another process owns the task hub now.</summary>
internal sealed class FencedException()
    : Exception("Another process owns the task hub now.");
