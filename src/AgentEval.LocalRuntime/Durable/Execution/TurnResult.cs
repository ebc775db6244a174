using AgentEval.LocalRuntime.Durable.History;
using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>What an orchestrator did in a turn.</summary>
/// <param name="Actions">In the order of their ids.</param>
/// <param name="CancelledTimers">Ids of timers, of this turn or of earlier ones, that need not fire.</param>
/// <param name="CustomStatus">JSON, or null.</param>
/// <param name="HasStarted">The orchestrator was called.</param>
/// <param name="IsSuspended">It takes no events until it is resumed.</param>
/// <param name="Outcome">Null: it is not at its end.</param>
internal sealed record TurnResult(
    IReadOnlyList<OrchestratorAction> Actions,
    IReadOnlyList<int> CancelledTimers,
    string? CustomStatus,
    bool HasStarted,
    bool IsSuspended,
    ExecutionOutcome? Outcome);

/// <summary>How an execution ended.</summary>
internal abstract record ExecutionOutcome
{
    public sealed record Completed(string? Output) : ExecutionOutcome;

    public sealed record Failed(TaskFailureDetails Details) : ExecutionOutcome;

    public sealed record Terminated(string? Output) : ExecutionOutcome;

    /// <param name="Input">JSON, or null.</param>
    /// <param name="Version">Null: the version stays.</param>
    /// <param name="Carried">Events for the next execution.</param>
    public sealed record StartedOver(string? Input, string? Version, IReadOnlyList<EventRaised> Carried) : ExecutionOutcome;
}
