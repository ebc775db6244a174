using System.Collections.Concurrent;
using AgentEval.LocalRuntime.Durable;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.Tests.Shared;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class OwnershipTests(AzuriteFixture azurite) : HubTest(azurite)
{
    private readonly ConcurrentDictionary<ProcessIdentity, bool> _dead = new();

    private TaskHubOptions Process(int id) => Options with { Identity = SomeProcess(id), IsDead = _dead.ContainsKey };

    private void Workflow()
    {
        Activity<int, int>("Echo", n => n);
        Orchestrator("Main", async context =>
        {
            var sum = await context.WaitForExternalEvent<int>("number");
            return sum + await context.CallActivityAsync<int>("Echo", 1);
        });
    }

    [Fact]
    public async Task SecondProcess_WhileTheFirstOwns_ServesItsClients()
    {
        Workflow();
        var first = await StartHubAsync(Process(1));
        var second = await StartHubAsync(Process(2));

        Assert.NotNull(first.Owned);
        Assert.Null(second.Owned);
        var id = await second.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await second.Client.WaitForInstanceStartAsync(id, Limit);
        await second.Client.RaiseEventAsync(id, "number", 41, Limit);

        Assert.Equal(42, (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Owner_Dead_IsReplacedAtOnce()
    {
        Workflow();
        Options = Options with { LeaseDuration = TimeSpan.FromSeconds(30) };
        var first = await StartHubAsync(Process(1));
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await first.Client.WaitForInstanceStartAsync(id, Limit);
        first.Abandon();
        _dead[SomeProcess(1)] = true;

        var second = await StartHubAsync(Process(2));

        Assert.NotNull(second.Owned);
        await second.Client.RaiseEventAsync(id, "number", 41, Limit);
        Assert.Equal(42, (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Owner_Stopped_IsReplacedAtOnce()
    {
        Workflow();
        Options = Options with { LeaseDuration = TimeSpan.FromSeconds(30) };
        var first = await StartHubAsync(Process(1));
        await first.StopAsync(Limit);

        Assert.NotNull((await StartHubAsync(Process(2))).Owned);
    }

    [Fact]
    public async Task Owner_Silent_IsReplacedWhenItsLeaseEnds()
    {
        Workflow();
        Options = Options with { LeaseDuration = TimeSpan.FromSeconds(1) };
        var first = await StartHubAsync(Process(1));
        first.Abandon();

        var second = await StartHubAsync(Process(2));

        Assert.Null(second.Owned);
        await UntilAsync(() => Task.FromResult(second.Owned is not null));
    }

    [Fact]
    public async Task Owner_Stalled_WritesNothingAfterItsSuccessorTookOver()
    {
        // The first process hangs in the middle of its work: it does not even notice that its lease is over.
        var hang = new HangingPolicy();
        var tables = new TableClientOptions();
        tables.AddPolicy(hang, HttpPipelinePosition.PerCall);
        Workflow();
        var first = NewHub(Process(1), tables);
        await first.StartAsync(Limit);
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await first.Client.WaitForInstanceStartAsync(id, Limit);
        hang.Hang();
        var runner = await first.Owned!.FindOrLoadAsync(id);
        runner!.Post(new AgentEval.LocalRuntime.Durable.History.ExecutionTerminated("stale"));
        await hang.WhenHangingAsync().WaitAsync(Limit);
        _dead[SomeProcess(1)] = true;

        var second = await StartHubAsync(Process(2));
        hang.GoOn();

        await UntilAsync(() => Task.FromResult(first.Owned is null));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await second.Client.GetInstanceAsync(id))!.RuntimeStatus);
        await second.Client.RaiseEventAsync(id, "number", 41, Limit);
        Assert.Equal(42, (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Stop_LetsActivitiesEndAndStoresTheirResults()
    {
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var runs = 0;
        Activities["Slow"] = async (_, _) =>
        {
            runs++;
            started.TrySetResult();
            await release.Task;
            return 5;
        };
        Orchestrator("Main", context => context.CallActivityAsync<int>("Slow"));
        var first = await StartHubAsync(Process(1));
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await started.Task.WaitAsync(Limit);

        var stopping = first.StopAsync(Limit);
        release.SetResult();
        await stopping;

        var second = await StartHubAsync(Process(2));
        Assert.Equal(5, (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Stop_AfterTheGrace_HandsActivitiesBack()
    {
        var started = new TaskCompletionSource();
        var runs = 0;
        Activities["Slow"] = async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                started.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return 5;
        };
        Orchestrator("Main", context => context.CallActivityAsync<int>("Slow"));
        Options = Options with { StopGrace = TimeSpan.FromMilliseconds(50) };
        var first = await StartHubAsync(Process(1));
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await started.Task.WaitAsync(Limit);

        await first.StopAsync(Limit);

        var second = await StartHubAsync(Process(2));
        Assert.Equal(5, (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
        Assert.Equal(2, runs);
    }

    [Fact]
    public void ThisProcess_IsNotDead()
    {
        var self = ProcessIdentity.OfThisProcess();

        Assert.False(ProcessIdentity.IsDeadOnThisMachine(self));
        Assert.True(ProcessIdentity.IsDeadOnThisMachine(self with { StartTicks = self.StartTicks - 1 }));
        Assert.True(ProcessIdentity.IsDeadOnThisMachine(self with { ProcessId = int.MaxValue }));
        Assert.False(ProcessIdentity.IsDeadOnThisMachine(self with { Machine = "another", ProcessId = int.MaxValue }));
    }

    private sealed class HangingPolicy : HttpPipelinePolicy
    {
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _hangs;

        public void Hang() => _hangs = true;

        public Task WhenHangingAsync() => _hanging.Task;

        public void GoOn() => _goOn.SetResult();

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (_hangs && message.Request.Method != RequestMethod.Get)
            {
                if (message.Request.Uri.ToString().Contains("batch", StringComparison.OrdinalIgnoreCase))
                    _hanging.TrySetResult();
                await _goOn.Task;
            }

            await ProcessNextAsync(message, pipeline);
        }
    }
}
