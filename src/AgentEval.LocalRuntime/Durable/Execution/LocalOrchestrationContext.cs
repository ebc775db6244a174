using AgentEval.LocalRuntime.Durable.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>The context that orchestrators get: turns their calls into actions.</summary>
internal sealed class LocalOrchestrationContext(ExecutionInfo info, OrchestratorThread thread, ILoggerFactory loggers) : TaskOrchestrationContext
{
    private readonly HashSet<int> _permanentFailures = [];
    private int _guids;
    private bool _isReplaying;
    private DateTime _now;
    private object? _customStatus;

    public OrchestratorTasks Tasks { get; } = new();

    public ExternalEvents Events { get; } = new();

    /// <summary>Null until the orchestrator asks to start over.</summary>
    public ExecutionOutcome.StartedOver? StartOver { get; private set; }

    public bool KeepsEvents { get; private set; }

    public override TaskName Name => info.Name;

    public override string InstanceId => info.InstanceId;

    public override ParentOrchestrationInstance? Parent => info.Parent;

    public override DateTime CurrentUtcDateTime => _now;

    public override bool IsReplaying => _isReplaying;

    public override string Version => info.Version;

    protected override ILoggerFactory LoggerFactory => loggers;

    public void BeginTurn(DateTime now) => _now = now;

    public void SetReplaying(bool replaying) => _isReplaying = replaying;

    /// <summary>Retries of this action are of no use.</summary>
    public void MarkPermanent(int id) => _permanentFailures.Add(id);

    public string? SerializeCustomStatus() => DurableJson.Write(_customStatus);

    public override T? GetInput<T>()
        where T : default
    {
        thread.EnsureCurrent();
        return DurableJson.Read<T>(info.Input);
    }

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        thread.EnsureCurrent();
        RefuseOptionsAsInput(input, options);
        return await Retries.RunAsync(this, options?.Retry, () => CallActivityOnceAsync<TResult>(name, input), IsPermanent);
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        thread.EnsureCurrent();
        RefuseOptionsAsInput(input, options);
        var instanceId = (options as SubOrchestrationOptions)?.InstanceId ?? NewGuid().ToString("N");
        var version = options?.Version?.Version ?? info.DefaultVersion;
        return await Retries.RunAsync(this, options?.Retry, CallOnceAsync, IsPermanent);

        async Task<TResult> CallOnceAsync()
        {
            var json = Payload.Of(DurableJson.Write(input));
            var call = new SubOrchestrationCalled(Tasks.NextId(), orchestratorName, instanceId, version) { Data = json };
            return DurableJson.Read<TResult>((await Tasks.Begin(call, orchestratorName))?.Text)!;
        }
    }

    public override async Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        thread.EnsureCurrent();
        var timer = new TimerCreated(Tasks.NextId(), fireAt.ToUniversalTime());
        var fired = Tasks.Begin(timer, "timer");
        using var registration = cancellationToken.Register(() =>
        {
            thread.EnsureCurrent();
            Tasks.CancelTimer(timer.Id, cancellationToken);
        });
        await fired;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        thread.EnsureCurrent();
        return Events.WaitAsync<T>(eventName, cancellationToken);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        thread.EnsureCurrent();
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        Tasks.Do(new EventSent(Tasks.NextId(), instanceId, eventName) { Data = Payload.Of(DurableJson.Write(payload)) });
    }

    public override void SetCustomStatus(object? customStatus)
    {
        thread.EnsureCurrent();
        _customStatus = customStatus;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        thread.EnsureCurrent();
        KeepsEvents = options.PreserveUnprocessedEvents;
        var version = string.IsNullOrWhiteSpace(options.NewVersion) ? null : options.NewVersion;
        StartOver = new ExecutionOutcome.StartedOver(DurableJson.Write(options.NewInput), version, []);
    }

    public override Guid NewGuid()
    {
        thread.EnsureCurrent();
        return DeterministicGuid.Of($"{InstanceId}_{_now:o}_{_guids++}");
    }

    private async Task<T> CallActivityOnceAsync<T>(TaskName name, object? input)
    {
        var call = new ActivityCalled(Tasks.NextId(), name) { Data = Payload.Of(DurableJson.Write(input)) };
        return DurableJson.Read<T>((await Tasks.Begin(call, name))?.Text)!;
    }

    private bool IsPermanent(TaskFailedException failure) => _permanentFailures.Contains(failure.TaskId);

    private static void RefuseOptionsAsInput(object? input, TaskOptions? options)
    {
        if (input is TaskOptions && options is null)
        {
            throw new ArgumentException(
                "A TaskOptions value was provided for the input but no value for options; pass it as options.", nameof(input));
        }
    }
}
