using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable;

/// <summary>The app's orchestrators and activities by name, compared without regard to case.</summary>
internal sealed record DurableFunctions(
    IReadOnlyDictionary<string, Func<TaskOrchestrationContext, Task<object?>>> Orchestrators,
    IReadOnlyDictionary<string, ActivityFunction> Activities);

/// <summary>Runs an activity; what it returns is serialised, what it throws becomes the failure that the orchestrator sees.</summary>
internal delegate Task<object?> ActivityFunction(ActivityInvocation invocation, CancellationToken cancellationToken);

/// <param name="Name">The activity's name.</param>
/// <param name="InstanceId">The calling instance.</param>
/// <param name="TaskId">The call's number within its instance.</param>
/// <param name="InputJson">Null: there is no input.</param>
internal sealed record ActivityInvocation(string Name, string InstanceId, int TaskId, string? InputJson);
