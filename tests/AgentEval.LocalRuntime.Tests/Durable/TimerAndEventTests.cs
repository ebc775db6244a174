using AgentEval.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class TimerAndEventTests(AzuriteFixture azurite) : HubTest(azurite)
{
    [Fact]
    public async Task Timer_NeverFiresEarly()
    {
        Orchestrator("Main", async context =>
        {
            var due = context.CurrentUtcDateTime.AddMilliseconds(200);
            await context.CreateTimer(due, CancellationToken.None);
            return context.CurrentUtcDateTime >= due;
        });

        Assert.True((await RunAsync(await StartHubAsync(), "Main")).ReadOutputAs<bool>());
    }

    [Fact]
    public async Task Timer_MonthsAway_FiresWhenTheClockGetsThere()
    {
        var clock = new ManualTimeProvider();
        Time = clock;
        Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(100), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });
        var hub = await StartHubAsync(Options with { LeaseDuration = TimeSpan.FromDays(120), InboxInterval = TimeSpan.FromDays(40) });
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await hub.Client.WaitForInstanceStartAsync(id, Limit);

        // The queue's timer, the lease's, the inbox's.
        await clock.WhenTimersAsync(3);
        clock.Advance(TimeSpan.FromDays(99));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await hub.Client.GetInstanceAsync(id))!.RuntimeStatus);
        clock.Advance(TimeSpan.FromDays(2));

        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.True(done.ReadOutputAs<DateTime>() >= new DateTime(2026, 4, 11, 0, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Timer_Cancelled_EndsTheWaitAndLetsTheInstanceComplete()
    {
        Orchestrator("Main", async context =>
        {
            using var source = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(1), source.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
#pragma warning disable CA1849 // An orchestrator must not leave its thread.
            source.Cancel();
#pragma warning restore CA1849
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => timer);
            return 1;
        });

        Assert.Equal(1, (await RunAsync(await StartHubAsync(), "Main")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Event_RaisedBeforeItIsAwaited_IsKept()
    {
        Orchestrator("Main", async context =>
        {
            var go = await context.WaitForExternalEvent<string>("GO");
            var early = await context.WaitForExternalEvent<string>("early");
            return go + early;
        });
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);

        await hub.Client.RaiseEventAsync(id, "Early", "b", Limit);
        await hub.Client.RaiseEventAsync(id, "go", "a", Limit);

        Assert.Equal("ab", (await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Events_OfOneName_CompleteOneWaiterEach()
    {
        Orchestrator("Main", async context =>
        {
            var all = new List<int>();
            for (var i = 0; i < 5; i++)
                all.Add(await context.WaitForExternalEvent<int>("number"));
            return all;
        });
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);

        for (var i = 0; i < 5; i++)
            await hub.Client.RaiseEventAsync(id, "number", i, Limit);

        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.Equal([0, 1, 2, 3, 4], done.ReadOutputAs<int[]>()!);
    }

    [Fact]
    public async Task Event_NotInTime_CancelsTheWait()
    {
        Orchestrator("Main", async context =>
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => context.WaitForExternalEvent<int>("never", TimeSpan.FromMilliseconds(50)));
            return 1;
        });

        Assert.Equal(1, (await RunAsync(await StartHubAsync(), "Main")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Event_InTime_CancelsTheTimer()
    {
        Orchestrator("Main", context => context.WaitForExternalEvent<int>("number", TimeSpan.FromDays(1)));
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);

        await hub.Client.RaiseEventAsync(id, "number", 5, Limit);

        Assert.Equal(5, (await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
    }

    [Theory]
    [InlineData("nobody", "No instance with ID 'nobody' was found")]
    [InlineData("finished", "is not running")]
    [InlineData("failed", "is not running")]
    public async Task Event_ForNobodyOrAFinishedInstance_IsRefused(string instanceId, string message)
    {
        Orchestrator("Main", context => Task.FromResult(1));
        var hub = await StartHubAsync();
        await RunAsync(hub, "Main", instanceId: "finished");
        await RunAsync(hub, "Missing", instanceId: "failed");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.Client.RaiseEventAsync(instanceId, "number", 5, Limit));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("finished")]
    public async Task SendEvent_ToNobodyOrAFinishedInstance_IsDropped(string instanceId)
    {
        Orchestrator("Main", context => Task.FromResult(1));
        Orchestrator("Sender", context =>
        {
            context.SendEvent(instanceId, "number", 5);
            return Task.FromResult(2);
        });
        var hub = await StartHubAsync();
        await RunAsync(hub, "Main", instanceId: "finished");

        Assert.Equal(2, (await RunAsync(hub, "Sender")).ReadOutputAs<int>());

        await UntilAsync(async () => await CountInboxAsync() == 0);
    }

    [Fact]
    public async Task SendEvent_ReachesAnotherInstance()
    {
        Orchestrator("Receiver", context => context.WaitForExternalEvent<string>("hello"));
        Orchestrator("Sender", context =>
        {
            context.SendEvent("receiver", "hello", "from " + context.InstanceId);
            return Task.FromResult(1);
        });
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Receiver", new StartOrchestrationOptions("receiver"), Limit);

        await RunAsync(hub, "Sender", instanceId: "sender");

        Assert.Equal("from sender", (await hub.Client.WaitForInstanceCompletionAsync("receiver", true, Limit)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task ContinueAsNew_WithEventsLeft_CarriesThemOnIfAsked(bool preserve, int expected)
    {
        Orchestrator<int?>("Main", async context =>
        {
            var state = context.GetInput<int>();
            if (state == 0)
            {
                await context.WaitForExternalEvent<int>("go");
                context.ContinueAsNew(1, preserve);
                return null;
            }

            using var source = new CancellationTokenSource();
            var left = context.WaitForExternalEvent<int>("left", TimeSpan.FromMilliseconds(300), source.Token);
            return state + await left.ContinueWith(t => t.IsCompletedSuccessfully ? t.Result : 0, TaskScheduler.Current);
        });
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", 0, Limit);

        await hub.Client.RaiseEventAsync(id, "left", 2, Limit);
        await hub.Client.RaiseEventAsync(id, "go", 0, Limit);

        Assert.Equal(expected, (await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Suspend_HoldsEventsBack_UntilResumed()
    {
        var steps = 0;
        Activity<int, int>("Step", n => Interlocked.Increment(ref steps));
        Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<int>("go");
            return await context.CallActivityAsync<int>("Step", 1);
        });
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await hub.Client.SuspendInstanceAsync(id, "because", Limit);
        await UntilAsync(async () => (await hub.Client.GetInstanceAsync(id))!.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        await hub.Client.RaiseEventAsync(id, "go", 1, Limit);
        await UntilAsync(async () => await CountInboxAsync() == 0);
        Assert.Equal(0, steps);

        await hub.Client.ResumeInstanceAsync(id, cancellation: Limit);
        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.Equal(1, done.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Terminate_EndsTheParentAlone()
    {
        Orchestrator("Child", context => context.WaitForExternalEvent<int>("go"));
        Orchestrator("Main", context => context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child")));
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await hub.Client.WaitForInstanceStartAsync("child", Limit);

        await hub.Client.TerminateInstanceAsync(id, "enough", Limit);

        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, done.RuntimeStatus);
        Assert.Equal("enough", done.ReadOutputAs<string>());
        await hub.Client.RaiseEventAsync("child", "go", 1, Limit);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await hub.Client.WaitForInstanceCompletionAsync("child", Limit)).RuntimeStatus);
    }

    [Fact]
    public async Task Child_Terminated_FailsItsCall()
    {
        Orchestrator("Child", context => context.WaitForExternalEvent<int>("go"));
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(
            () => context.CallSubOrchestratorAsync<int>("Child", new SubOrchestrationOptions(instanceId: "child")))).FailureDetails.ErrorType);
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await hub.Client.WaitForInstanceStartAsync("child", Limit);

        await hub.Client.TerminateInstanceAsync("child", Limit);

        Assert.Equal("Terminated", (await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<string>());
    }

    private async Task<int> CountInboxAsync()
    {
        var table = new Azure.Data.Tables.TableClient(Azurite.ConnectionString, Options.HubName + "LocalInbox");
        var count = 0;
        await foreach (var _ in table.QueryAsync<Azure.Data.Tables.TableEntity>("PartitionKey eq 'inbox'", cancellationToken: Limit))
            count++;
        return count;
    }
}
