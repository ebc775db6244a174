using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.History;

/// <summary>
/// What happened to an instance, in order. A turn is recorded as <see cref="TurnStarted"/>, what arrived since the turn before, and what the
/// orchestrator then did; all of it is stored at once. Stored names and shapes only ever grow.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(TurnStarted), "turn")]
[JsonDerivedType(typeof(ExecutionStarted), "started")]
[JsonDerivedType(typeof(ContinuedAsNew), "continuedAsNew")]
[JsonDerivedType(typeof(ActivityCalled), "activity")]
[JsonDerivedType(typeof(ActivityCompleted), "activityCompleted")]
[JsonDerivedType(typeof(ActivityFailed), "activityFailed")]
[JsonDerivedType(typeof(SubOrchestrationCalled), "sub")]
[JsonDerivedType(typeof(SubOrchestrationCompleted), "subCompleted")]
[JsonDerivedType(typeof(SubOrchestrationFailed), "subFailed")]
[JsonDerivedType(typeof(TimerCreated), "timer")]
[JsonDerivedType(typeof(TimerFired), "timerFired")]
[JsonDerivedType(typeof(EventSent), "eventSent")]
[JsonDerivedType(typeof(EventRaised), "event")]
[JsonDerivedType(typeof(ExecutionSuspended), "suspended")]
[JsonDerivedType(typeof(ExecutionResumed), "resumed")]
[JsonDerivedType(typeof(ExecutionTerminated), "terminated")]
[JsonDerivedType(typeof(ForeignAwait), "foreignAwait")]
[JsonDerivedType(typeof(ExecutionEnded), "ended")]
internal abstract record HistoryEvent
{
    /// <summary>The input, output, failure or content that comes with it.</summary>
    [JsonPropertyOrder(1)]
    public Payload? Data { get; init; }
}

/// <param name="At">What the orchestrator sees as the current time, UTC.</param>
internal sealed record TurnStarted(DateTime At) : HistoryEvent;

internal sealed record ExecutionStarted : HistoryEvent;

/// <summary>Begins the history of an execution that follows another one of the same instance.</summary>
/// <param name="Carried">Events that the former execution did not await.</param>
/// <param name="Handled">Ids of messages that the former execution handled and that may arrive again.</param>
/// <param name="Unsent">Events that the former execution sent in its last turn.</param>
internal sealed record ContinuedAsNew(
    IReadOnlyList<EventRaised> Carried, IReadOnlyList<string> Handled, IReadOnlyList<EventSent> Unsent) : HistoryEvent;

/// <summary>Something that the orchestrator did.</summary>
/// <param name="Id">Its number within the execution, from 0.</param>
internal abstract record OrchestratorAction(int Id) : HistoryEvent
{
    /// <summary>Says what was called, to name the two sides of a history that does not match.</summary>
    public abstract string Describe();
}

internal sealed record ActivityCalled(int Id, string Name) : OrchestratorAction(Id)
{
    public override string Describe() => $"a call of the activity '{Name}'";
}

internal sealed record SubOrchestrationCalled(int Id, string Name, string InstanceId, string Version) : OrchestratorAction(Id)
{
    public override string Describe() => $"a call of the sub-orchestration '{Name}'";
}

internal sealed record TimerCreated(int Id, DateTime FireAt) : OrchestratorAction(Id)
{
    public override string Describe() => "a timer";
}

internal sealed record EventSent(int Id, string InstanceId, string Name) : OrchestratorAction(Id)
{
    public override string Describe() => $"the event '{Name}' sent to '{InstanceId}'";
}

/// <summary>An action came to its end.</summary>
internal abstract record ActionEnded(int Id) : HistoryEvent;

internal sealed record ActivityCompleted(int Id) : ActionEnded(Id);

/// <param name="Id">The action.</param>
/// <param name="Permanent">No retry can help: there is no such activity.</param>
internal sealed record ActivityFailed(int Id, bool Permanent) : ActionEnded(Id);

internal sealed record SubOrchestrationCompleted(int Id) : ActionEnded(Id);

/// <param name="Id">The action.</param>
/// <param name="Permanent">No retry can help: there is no such orchestrator, or its instance id is in use.</param>
internal sealed record SubOrchestrationFailed(int Id, bool Permanent) : ActionEnded(Id);

internal sealed record TimerFired(int Id) : ActionEnded(Id);

/// <summary>Came from outside, at most once per <paramref name="MessageId"/>.</summary>
internal abstract record Message(string MessageId) : HistoryEvent;

internal sealed record EventRaised(string MessageId, string Name) : Message(MessageId);

internal sealed record ExecutionSuspended(string MessageId) : Message(MessageId);

internal sealed record ExecutionResumed(string MessageId) : Message(MessageId);

internal sealed record ExecutionTerminated(string MessageId) : Message(MessageId);

/// <summary>Something that is no durable task tried to continue the orchestrator.</summary>
internal sealed record ForeignAwait : HistoryEvent;

internal sealed record ExecutionEnded(OrchestrationRuntimeStatus Status) : HistoryEvent;
