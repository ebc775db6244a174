using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Storage;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Starts sub-orchestrations and hands their results to their parents. Doing it again for the same call changes nothing.</summary>
internal sealed class ChildInstances(OwnedHub hub)
{
    public Task StartAsync(InstanceRunner parent, SubOrchestrationCalled call) =>
        hub.UntilStoredAsync(cancellation => StartOnceAsync(parent, call, cancellation));

    /// <summary>The event with which a finished instance ends its parent's call.</summary>
    public static HistoryEvent ToParent(InstanceState finished, int taskId) => finished.Status switch
    {
        OrchestrationRuntimeStatus.Completed => new SubOrchestrationCompleted(taskId) { Data = Copy(finished.Output) },
        OrchestrationRuntimeStatus.Failed => new SubOrchestrationFailed(taskId, Permanent: false) { Data = Copy(finished.Failure) },
        _ => Failed(taskId, "Terminated", $"The sub-orchestration '{finished.InstanceId}' was terminated.", permanent: false),
    };

    private async Task StartOnceAsync(InstanceRunner parent, SubOrchestrationCalled call, CancellationToken cancellationToken)
    {
        var child = NewState(parent, call);
        var added = await hub.Store.AddAsync(child, cancellationToken);
        while (added is null)
        {
            var existing = await hub.Store.FindAsync(call.InstanceId, cancellationToken);
            if (existing is null)
                added = await hub.Store.AddAsync(child, cancellationToken);
            else if (existing.State.Parent == child.Parent || !existing.State.IsFinished)
            {
                await MeetAsync(parent, call, existing, child, cancellationToken);
                return;
            }
            else
                added = await hub.Store.ReplaceAsync(existing, child, cancellationToken);
        }

        await hub.AdoptAsync(added);
    }

    private async Task MeetAsync(
        InstanceRunner parent, SubOrchestrationCalled call, StoredInstance existing, InstanceState child, CancellationToken cancellationToken)
    {
        if (existing.State.Parent != child.Parent)
        {
            var message = $"An Orchestration instance with the ID {call.InstanceId} already exists.";
            parent.Post(Failed(call.Id, typeof(OrchestrationAlreadyExistsException).FullName!, message, permanent: true));
        }
        else if (existing.State.IsFinished)
        {
            await hub.Store.ReadPayloadsAsync(existing.State, cancellationToken);
            parent.Post(ToParent(existing.State, call.Id));
        }
        else
        {
            await hub.FindOrLoadAsync(call.InstanceId);
        }
    }

    private InstanceState NewState(InstanceRunner parent, SubOrchestrationCalled call) => new()
    {
        InstanceId = call.InstanceId,
        Name = call.Name,
        Version = call.Version,
        ExecutionId = TurnState.NewExecutionId(),
        CreatedAt = hub.Time.GetUtcNow(),
        LastUpdatedAt = hub.Time.GetUtcNow(),
        Input = Copy(call.Data),
        Parent = new ParentCall(parent.InstanceId, parent.State.Name, parent.ExecutionId, call.Id),
        Epoch = hub.Epoch,
    };

    private static SubOrchestrationFailed Failed(int taskId, string type, string message, bool permanent) =>
        new(taskId, permanent) { Data = Payload.Of(DurableJson.Write(new TaskFailureDetails(type, message, null, null, null))) };

    // Each instance has blobs of its own, so that purging one takes nothing from another.
    private static Payload? Copy(Payload? payload) => Payload.Of(payload?.Text);
}
