using System.Security.Cryptography;
using AgentEval.LocalRuntime.Durable.Execution;
using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>The row of an instance after a turn.</summary>
internal static class TurnState
{
    public static string NewExecutionId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static InstanceState After(InstanceState state, TurnResult result, DateTimeOffset now)
    {
        var next = state with { LastUpdatedAt = now, CustomStatus = Same(state.CustomStatus, result.CustomStatus) };
        return result.Outcome switch
        {
            null when result.IsSuspended => next with { Status = OrchestrationRuntimeStatus.Suspended },
            null => next with { Status = result.HasStarted ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Pending },
            ExecutionOutcome.StartedOver over => StartOver(next, over),
            var outcome => End(next, outcome) with { HasUnsent = result.Actions.OfType<EventSent>().Any() },
        };
    }

    public static string Summary(InstanceState failed) => DurableJson.Read<TaskFailureDetails>(failed.Failure?.Text)?.ToString() ?? "";

    private static InstanceState End(InstanceState next, ExecutionOutcome outcome) => outcome switch
    {
        ExecutionOutcome.Completed completed =>
            next with { Status = OrchestrationRuntimeStatus.Completed, Output = Payload.Of(completed.Output) },
        ExecutionOutcome.Terminated terminated =>
            next with { Status = OrchestrationRuntimeStatus.Terminated, Output = Payload.Of(terminated.Output) },
        ExecutionOutcome.Failed failed =>
            next with { Status = OrchestrationRuntimeStatus.Failed, Failure = Payload.Of(DurableJson.Write(failed.Details)) },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No end of an execution."),
    };

    private static InstanceState StartOver(InstanceState next, ExecutionOutcome.StartedOver over) => next with
    {
        Status = OrchestrationRuntimeStatus.Running,
        ExecutionId = NewExecutionId(),
        Generation = next.Generation + 1,
        HistoryRows = 0,
        Version = over.Version ?? next.Version,
        Input = Payload.Of(over.Input),
        CustomStatus = null,
        StartAt = null,
    };

    // The same payload again, so that it is not stored again.
    private static Payload? Same(Payload? stored, string? text) => stored is { IsRead: true } && stored.Text == text ? stored : Payload.Of(text);
}
