using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>What is fixed when an execution starts.</summary>
/// <param name="Name">The orchestrator's name.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Version">Empty: none.</param>
/// <param name="DefaultVersion">The version that sub-orchestrations get when their call names none.</param>
/// <param name="Parent">Null: a client started it.</param>
/// <param name="Input">JSON, or null.</param>
internal sealed record ExecutionInfo(
    string Name, string InstanceId, string Version, string DefaultVersion, ParentOrchestrationInstance? Parent, string? Input);
