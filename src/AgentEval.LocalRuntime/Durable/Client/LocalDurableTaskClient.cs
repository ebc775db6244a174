using System.Text.Json;
using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.LocalRuntime.Durable.Storage;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Client;

/// <summary>The client that apps get. It works through storage, so it serves whichever process owns the hub.</summary>
internal sealed class LocalDurableTaskClient(TaskHub hub, HubParts parts) : DurableTaskClient(parts.Options.HubName)
{
    // How often to look for a change that another process makes.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        var refused = ReusePolicy.RefusedStatuses(options);
        var state = NewState(orchestratorName, input, options);
        var stored = await parts.Instances.AddAsync(state, cancellation);
        while (stored is null)
        {
            var existing = await parts.Instances.FindAsync(state.InstanceId, cancellation);
            if (existing is null)
                stored = await parts.Instances.AddAsync(state, cancellation);
            else if (refused.Contains(existing.State.Status))
                throw new OrchestrationAlreadyExistsException($"An Orchestration instance with the ID {state.InstanceId} already exists.");
            else if (existing.State.IsFinished)
                stored = await parts.Instances.ReplaceAsync(existing, state, cancellation);
            else
                await EndAsync(state.InstanceId, cancellation);
        }

        await AnnounceAsync(stored, cancellation);
        return state.InstanceId;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var instance = await parts.Instances.FindAsync(instanceId, cancellation)
            ?? throw new InvalidOperationException($"No instance with ID '{instanceId}' was found");
        if (instance.State.IsFinished)
            throw new InvalidOperationException("The orchestration instance with the provided instance id is not running.");
        var payload = Payload.Of(DurableJson.Write(eventPayload));
        await SendAsync(instanceId, new EventRaised(InboxStore.NewMessageId(), eventName) { Data = payload }, cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var output = Payload.Of(DurableJson.Write(options?.Output));
        return SendAsync(instanceId, new ExecutionTerminated(InboxStore.NewMessageId()) { Data = output }, cancellation);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return SendAsync(instanceId, new ExecutionSuspended(InboxStore.NewMessageId()) { Data = Payload.Of(reason) }, cancellation);
    }

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return SendAsync(instanceId, new ExecutionResumed(InboxStore.NewMessageId()) { Data = Payload.Of(reason) }, cancellation);
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (await parts.Instances.FindAsync(instanceId, cancellation) is not { } found)
            return null;
        if (getInputsAndOutputs)
            await parts.Instances.ReadPayloadsAsync(found.State, cancellation);
        return InstanceMetadata.Of(found.State, getInputsAndOutputs);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, m => m.RuntimeStatus != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, m => m.IsCompleted, getInputsAndOutputs, cancellation);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        return Pageable.Create<OrchestrationMetadata>((continuation, pageSize, cancellation) =>
            InstanceQueries.ReadPageAsync(parts, query, continuation, pageSize, cancellation));
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (await parts.Instances.FindAsync(instanceId, cancellation) is { State.IsFinished: false } found)
            throw new InvalidOperationException($"Cannot purge the orchestration instance '{instanceId}': it is {found.State.Status}.");
        var purged = await parts.Instances.PurgeAsync(instanceId, cancellation);
        hub.Owned?.Forget(instanceId);
        return new PurgeResult(purged ? 1 : 0);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var query = InstanceQueries.Finished(filter);
        var deadline = parts.Time.GetUtcNow() + filter.Timeout;
        var count = 0;
        await foreach (var instance in GetAllInstancesAsync(query).WithCancellation(cancellation))
        {
            if (parts.Time.GetUtcNow() >= deadline)
                return new PurgeResult(count, isComplete: false);
            count += (await PurgeInstanceAsync(instance.InstanceId, options, cancellation)).PurgedInstanceCount;
        }

        return new PurgeResult(count, filter.Timeout is null ? null : true);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private InstanceState NewState(TaskName name, object? input, StartOrchestrationOptions? options)
    {
        var now = parts.Time.GetUtcNow();
        return new InstanceState
        {
            InstanceId = InstanceIds.Check(options?.InstanceId) ?? InstanceIds.New(),
            Name = name.Name,
            Version = options?.Version?.Version ?? parts.Options.DefaultVersion,
            ExecutionId = TurnState.NewExecutionId(),
            CreatedAt = now,
            LastUpdatedAt = now,
            StartAt = options?.StartAt > now ? options.StartAt.Value.ToUniversalTime() : null,
            Input = Payload.Of(DurableJson.Write(input)),
            Tags = options is { Tags.Count: > 0 } ? JsonSerializer.Serialize(options.Tags) : null,
            Epoch = hub.Owned?.Epoch ?? 0,
        };
    }

    private async Task AnnounceAsync(StoredInstance stored, CancellationToken cancellation)
    {
        if (hub.Owned is { } owned && owned.Epoch == stored.State.Epoch)
            await owned.AdoptAsync(stored);
        else
            await parts.Inbox.PutAsync(stored.State.InstanceId, content: null, cancellation);
        hub.Owned?.Inbox.Poke();
    }

    private async Task SendAsync(string instanceId, Message content, CancellationToken cancellation)
    {
        await parts.Inbox.PutAsync(instanceId, content, cancellation);
        hub.Owned?.Inbox.Poke();
    }

    private async Task EndAsync(string instanceId, CancellationToken cancellation)
    {
        await TerminateInstanceAsync(instanceId, cancellation);
        await WaitForInstanceCompletionAsync(instanceId, cancellation);
    }

    private async Task<OrchestrationMetadata> WaitAsync(
        string instanceId, Func<OrchestrationMetadata, bool> isReached, bool getInputsAndOutputs, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        while (true)
        {
            var changed = hub.Signals.Next(instanceId);
            if (await GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation) is { } found && isReached(found))
                return found;
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(changed, Task.Delay(LookInterval, parts.Time, wake.Token));
            await wake.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
