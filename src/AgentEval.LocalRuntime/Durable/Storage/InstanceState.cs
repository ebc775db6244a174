using AgentEval.LocalRuntime.Durable.History;
using Azure;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>The row of an instance. Every commit writes it together with the history, so its ETag fences them both.</summary>
internal sealed record InstanceState
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    /// <summary>Empty: none.</summary>
    public required string Version { get; init; }

    /// <summary>Differs between the executions of an instance.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>Counts the executions; the history rows of others are no part of this one.</summary>
    public int Generation { get; init; } = 1;

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>Null: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    public Payload? Input { get; init; }

    public Payload? Output { get; init; }

    public Payload? CustomStatus { get; init; }

    public Payload? Failure { get; init; }

    /// <summary>JSON; null: none.</summary>
    public string? Tags { get; init; }

    /// <summary>Null: a client started it.</summary>
    public ParentCall? Parent { get; init; }

    /// <summary>The lease under which it was last written; 0: by a client.</summary>
    public long Epoch { get; init; }

    /// <summary>Counts the commits, so that one whose answer was lost can be recognised.</summary>
    public long Commits { get; init; }

    /// <summary>Rows of this generation's history; rows beyond are of a commit that did not come to its end.</summary>
    public int HistoryRows { get; init; }

    /// <summary>It is finished, but events that it sent in its last turn may not have been passed on.</summary>
    public bool HasUnsent { get; init; }

    public bool IsFinished =>
        Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    public IEnumerable<Payload?> Payloads => [Input, Output, CustomStatus, Failure];
}

/// <summary>The call that started a sub-orchestration.</summary>
internal sealed record ParentCall(string InstanceId, string Name, string ExecutionId, int TaskId)
{
    public ParentOrchestrationInstance ToInstance() => new(Name, InstanceId);
}

/// <summary>An instance's row as it was read or written last.</summary>
internal sealed record StoredInstance(InstanceState State, ETag Tag);
