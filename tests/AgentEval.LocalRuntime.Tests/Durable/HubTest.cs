using System.Diagnostics.CodeAnalysis;
using AgentEval.LocalRuntime.Durable;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.Tests.Shared;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>Task hubs on the test Azurite; each test has storage of its own.</summary>
[SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync.")]
public abstract class HubTest(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly List<TaskHub> _hubs = [];
    private readonly StorageTraffic _traffic = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(120));

    private protected Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> Orchestrators { get; } =
        new(StringComparer.OrdinalIgnoreCase);

    private protected Dictionary<string, ActivityFunction> Activities { get; } = new(StringComparer.OrdinalIgnoreCase);

    private protected TaskHubOptions Options { get; set; } = new()
    {
        HubName = AzuriteFixture.UniqueName("h"),
        InboxInterval = TimeSpan.FromMilliseconds(50),
        MaxConcurrentActivityFunctions = 64,
        MaxConcurrentOrchestratorFunctions = 32,
        ReplayEveryTurn = true,
    };

    private protected TimeProvider Time { get; set; } = TimeProvider.System;

    private protected ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>No test lasts longer.</summary>
    protected CancellationToken Limit => _limit.Token;

    protected AzuriteFixture Azurite => azurite;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var hub in _hubs)
        {
            hub.Abandon();
            await hub.DisposeAsync();
        }

        _limit.Dispose();
    }

    private protected TaskHub NewHub(TaskHubOptions? options = null, TableClientOptions? tables = null, BlobClientOptions? blobs = null)
    {
        tables ??= new TableClientOptions();
        tables.AddPolicy(_traffic, HttpPipelinePosition.PerCall);
        var hub = new TaskHub(
            options ?? Options,
            new DurableFunctions(Orchestrators, Activities),
            new TableServiceClient(azurite.ConnectionString, tables),
            new BlobServiceClient(azurite.ConnectionString, blobs ?? BlobOptions()),
            Time,
            Loggers);
        _hubs.Add(hub);
        return hub;
    }

    private protected async Task<TaskHub> StartHubAsync(TaskHubOptions? options = null)
    {
        var hub = NewHub(options);
        await hub.StartAsync(Limit);
        return hub;
    }

    private protected static BlobClientOptions BlobOptions() => new(BlobClientOptions.ServiceVersion.V2021_12_02);

    private protected async Task<OrchestrationMetadata> RunAsync(TaskHub hub, string orchestrator, object? input = null, string? instanceId = null)
    {
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, instanceId is null ? null : new StartOrchestrationOptions(instanceId), Limit);
        return await hub.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Limit);
    }

    /// <summary>An activity on typed input.</summary>
    private protected void Activity<TIn, TOut>(string name, Func<TIn, TOut> function) =>
        Activities[name] = (invocation, _) => Task.FromResult<object?>(function(DurableJson.Read<TIn>(invocation.InputJson)!));

    private protected void Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> function) =>
        Orchestrators[name] = async context => await function(context);

    /// <summary>Waits for what no signal of the hub tells: looks after each of its requests to storage.</summary>
    private protected async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (true)
        {
            var next = _traffic.Next;
            if (await condition())
                return;
            await next.WaitAsync(Limit);
        }
    }

    /// <summary>A process that is dead once the test says so.</summary>
    private protected static ProcessIdentity SomeProcess(int id) => new("machine", id, id);
}
