using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>
/// A task hub in memory: remembers what was scheduled, raised, terminated and purged; instances are what the test says they are. As the real one it
/// refuses events for instances that are not there or have finished, and to purge one that has not.
/// </summary>
internal sealed class FakeDurableClient() : DurableTaskClient("fake")
{
    private static readonly SystemTextJson Converter = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, OrchestrationMetadata> _instances = [];

    public List<(string Name, string InstanceId, object? Input)> Scheduled { get; } = [];

    public List<(string InstanceId, string Name, object? Payload)> Raised { get; } = [];

    public List<string> Purged { get; } = [];

    public List<string> Terminated { get; } = [];

    /// <summary>Runs after an instance was read, before it is told; may throw.</summary>
    public Func<string, Task> OnGet { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs before an event is raised; may throw.</summary>
    public Action<string> OnRaise { get; set; } = _ => { };

    /// <summary>Runs before a purge; may throw.</summary>
    public Action<string> OnPurge { get; set; } = _ => { };

    /// <summary>Runs before a schedule; may throw.</summary>
    public Action<string> OnSchedule { get; set; } = _ => { };

    public IEnumerable<string> ScheduledIds => Scheduled.Select(each => each.InstanceId);

    public void Set(string instanceId, OrchestrationRuntimeStatus status, object? customStatus = null, string? output = null, DateTimeOffset at = default) => _instances[instanceId] = new OrchestrationMetadata("o", instanceId)
    {
        RuntimeStatus = status,
        SerializedOutput = output,
        CreatedAt = at,
        LastUpdatedAt = at,
        SerializedCustomStatus = customStatus is null ? null : JsonSerializer.Serialize(customStatus, customStatus.GetType()),
        DataConverter = Converter,
    };

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = options?.InstanceId ?? throw new ArgumentException("The app gives every instance its id.", nameof(options));
        OnSchedule(id);
        lock (_gate)
        {
            if (_instances.TryGetValue(id, out var known) && options.DedupeStatuses?.Contains(known.RuntimeStatus.ToString()) == true)
            {
                throw new InvalidOperationException($"{id} exists.");
            }

            Scheduled.Add((orchestratorName.Name, id, input));
            Set(id, OrchestrationRuntimeStatus.Pending);
        }

        return Task.FromResult(id);
    }

    /// <summary>As if somebody had removed its rows from the task hub.</summary>
    public void Remove(string instanceId) => _instances.Remove(instanceId);

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        OnRaise(instanceId);
        if (_instances.GetValueOrDefault(instanceId) is not { IsCompleted: false })
        {
            throw new InvalidOperationException($"{instanceId} is not running.");
        }

        Raised.Add((instanceId, eventName, eventPayload));
        return Task.CompletedTask;
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        OrchestrationMetadata? known;
        lock (_gate)
        {
            known = _instances.GetValueOrDefault(instanceId);
        }

        await OnGet(instanceId);
        return known is null ? null : Shown(known, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => Pageable.Create(
        (string? _, CancellationToken _) => Task.FromResult(new Page<OrchestrationMetadata>(
            [.. _instances.Values.Where(each => Fits(each, filter ?? new OrchestrationQuery()))])));

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        OnPurge(instanceId);
        if (_instances.GetValueOrDefault(instanceId) is { IsCompleted: false })
        {
            throw new InvalidOperationException($"{instanceId} is running.");
        }

        Purged.Add(instanceId);
        return Task.FromResult(new PurgeResult(_instances.Remove(instanceId) ? 1 : 0));
    }

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Terminated.Add(instanceId);
        Set(instanceId, OrchestrationRuntimeStatus.Terminated);
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool Fits(OrchestrationMetadata known, OrchestrationQuery filter) =>
        known.InstanceId.StartsWith(filter.InstanceIdPrefix ?? "", StringComparison.Ordinal)
        && filter.Statuses?.Contains(known.RuntimeStatus) != false
        && !(known.CreatedAt > filter.CreatedTo);

    /// <summary>As the engine does: inputs, outputs and the custom status only when they are asked for.</summary>
    private static OrchestrationMetadata Shown(OrchestrationMetadata known, bool all) =>
        all ? known : new OrchestrationMetadata(known.Name, known.InstanceId) { RuntimeStatus = known.RuntimeStatus };

    private sealed class SystemTextJson : DataConverter
    {
        public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType());

        public override object? Deserialize(string? data, Type targetType) => data is null ? null : JsonSerializer.Deserialize(data, targetType);
    }
}
