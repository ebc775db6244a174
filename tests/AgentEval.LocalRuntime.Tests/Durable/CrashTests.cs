using System.Collections.Concurrent;
using System.Text.Json;
using AgentEval.LocalRuntime.Durable;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.Tests.Shared;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>A workflow with everything in it, killed at every write that it makes, comes to the same end.</summary>
public sealed class CrashTests(AzuriteFixture azurite, ITestOutputHelper output) : HubTest(azurite)
{
    private const string Expected = """["added 1","added 2","added 3","flaky","child 1: a","child 2: b","hello from other","large 40000","left"]""";

    private readonly ConcurrentDictionary<string, int> _effects = new();
    private readonly ConcurrentDictionary<ProcessIdentity, bool> _dead = new();
    private int _process;
    private int _attempts;

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Workflow_KilledAtAnyWrite_EndsTheSame(bool replayEveryTurn, bool afterItTookEffect)
    {
        DefineWorkflow();
        Options = Options with { ReplayEveryTurn = replayEveryTurn, IsDead = _dead.ContainsKey };
        var quiet = await RunWorkflowAsync(failingWrite: int.MaxValue, afterItTookEffect);
        Assert.All(_effects, e => Assert.Equal(1, e.Value));
        Assert.True(quiet > 10, $"Only {quiet} writes.");

        // Setting up takes some writes, and a run may take one or two more or fewer than another.
        for (var write = 1; write <= quiet; write++)
            await RunWorkflowAsync(write, afterItTookEffect);
        output.WriteLine($"Killed at each of {quiet} writes.");
    }

    /// <summary>Returns the writes that the first process made.</summary>
    private async Task<int> RunWorkflowAsync(int failingWrite, bool afterItTookEffect)
    {
        _effects.Clear();
        _attempts = 0;
        Options = Options with { HubName = AzuriteFixture.UniqueName("h") };
        var (first, policy) = NewProcess(failingWrite, afterItTookEffect);
        try
        {
            await first.StartAsync(Limit);
            await DriveAsync(first);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            first.Abandon();
            var (second, _) = NewProcess(int.MaxValue, afterItTookEffect: false);
            await second.StartAsync(Limit);
            await DriveAsync(second);
            second.Abandon();
        }

        first.Abandon();
        return policy.Writes;
    }

    private async Task DriveAsync(TaskHub hub)
    {
        // What a client that was killed does at its next start: it schedules and raises again. Both must be harmless.
        try
        {
            await hub.Client.ScheduleNewOrchestrationInstanceAsync(
                "Main",
                "run",
                new StartOrchestrationOptions("run").WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]),
                Limit);
        }
        catch (global::DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException)
        {
        }

        await RaiseUnlessCompletedAsync(hub);
        using var dead = CancellationTokenSource.CreateLinkedTokenSource(Limit, hub.Owned!.Ended);
        var done = await hub.Client.WaitForInstanceCompletionAsync("run", true, dead.Token);
        Assert.True(done.RuntimeStatus == OrchestrationRuntimeStatus.Completed, done.SerializedOutput);
        Assert.Equal(Expected, done.SerializedOutput);
        Assert.Equal(7, _effects.Count);
    }

    /// <summary>The event of the killed client may have reached it already.</summary>
    private async Task RaiseUnlessCompletedAsync(TaskHub hub)
    {
        try
        {
            await hub.Client.RaiseEventAsync("run", "go", "x", Limit);
        }
        catch (InvalidOperationException)
        {
            Assert.True((await hub.Client.GetInstanceAsync("run", Limit))!.IsCompleted);
        }
    }

    private (TaskHub Hub, FaultPolicy Policy) NewProcess(int failingWrite, bool afterItTookEffect)
    {
        var identity = SomeProcess(++_process);
        TaskHub? hub = null;
        var policy = new FaultPolicy(failingWrite, afterItTookEffect, () =>
        {
            _dead[identity] = true;
            hub!.Abandon();
        });
        var tables = new TableClientOptions();
        tables.AddPolicy(policy, HttpPipelinePosition.PerCall);
        var blobs = BlobOptions();
        blobs.AddPolicy(policy, HttpPipelinePosition.PerCall);
        hub = NewHub(Options with { Identity = identity }, tables, blobs);
        return (hub, policy);
    }

    private void DefineWorkflow()
    {
        Activity<string, string>("Add", text => Note($"added {text}"));
        Activity<int, string>("Flaky", _ => Interlocked.Increment(ref _attempts) == 1 ? throw new TimeoutException() : Note("flaky"));
        Activity<int, string>("Large", n => new string('x', n) + Note($"large {n}"));
        Orchestrator("Child", async context =>
        {
            var number = context.GetInput<int>();
            await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            return $"child {number}: " + await context.CallActivityAsync<string>("Add", number == 1 ? "a" : "b");
        });
        Orchestrator("Other", context =>
        {
            context.SendEvent(context.GetInput<string>()!, "hello", "hello from other");
            return Task.FromResult(1);
        });
        Orchestrator("Main", MainAsync);
    }

    private static async Task<string[]?> MainAsync(TaskOrchestrationContext context)
    {
        var lines = new List<string>();
        if (context.GetInput<string>() is { } text && text != "run")
        {
            var left = await context.WaitForExternalEvent<string>("left");
            return [.. JsonSerializer.Deserialize<string[]>(text)!, left];
        }

        lines.AddRange(await Task.WhenAll(new[] { "1", "2", "3" }.Select(n => context.CallActivityAsync<string>("Add", n))));
        context.SetCustomStatus("added");
        await context.WaitForExternalEvent<string>("go");
        lines.Add(await context.CallActivityAsync<string>("Flaky", 1, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(5)))));
        var children = Enumerable.Range(1, 2).Select(n =>
            context.CallSubOrchestratorAsync<string>("Child", n, new SubOrchestrationOptions(instanceId: $"{context.InstanceId}.s{n}")));
        var all = await Task.WhenAll(children);
        lines.AddRange(all.Select(a => a.Replace("added ", "", StringComparison.Ordinal)));
        var hello = context.WaitForExternalEvent<string>("hello");
        await context.CallSubOrchestratorAsync<int>("Other", context.InstanceId);
        lines.Add(await hello);
        lines.Add((await context.CallActivityAsync<string>("Large", 40_000)).TrimStart('x'));
        context.SendEvent(context.InstanceId, "left", "left");
        await context.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        context.ContinueAsNew(JsonSerializer.Serialize(lines));
        return null;
    }

    private string Note(string effect)
    {
        _effects.AddOrUpdate(effect, 1, (_, n) => n + 1);
        return effect;
    }
}
