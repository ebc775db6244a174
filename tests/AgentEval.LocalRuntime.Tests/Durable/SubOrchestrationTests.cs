using AgentEval.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class SubOrchestrationTests(AzuriteFixture azurite) : HubTest(azurite)
{
    [Fact]
    public async Task Children_FannedOut_ReturnToTheirParent()
    {
        Activity<int, int>("Double", n => 2 * n);
        Orchestrator("Child", context => context.CallActivityAsync<int>("Double", context.GetInput<int>()));
        Orchestrator("Main", async context =>
            (await Task.WhenAll(Enumerable.Range(1, 20).Select(n => context.CallSubOrchestratorAsync<int>("Child", n)))).Sum());

        Assert.Equal(420, (await RunAsync(await StartHubAsync(), "Main")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Child_KnowsItsParentAndItsId()
    {
        Orchestrator("Child", context => Task.FromResult($"{context.InstanceId} of {context.Parent!.Name} {context.Parent.InstanceId}"));
        Orchestrator("Main", context =>
            context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: context.InstanceId + ".s1")));

        Assert.Equal("run.s1 of Main run", (await RunAsync(await StartHubAsync(), "Main", instanceId: "run")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Child_UnderAnIdThatRuns_FailsItsCall()
    {
        Orchestrator("Other", context => context.WaitForExternalEvent<int>("go"));
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(
            () => context.CallSubOrchestratorAsync<int>("Other", new SubOrchestrationOptions(instanceId: "taken")))).FailureDetails.ErrorType);
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Other", new StartOrchestrationOptions("taken"), Limit);

        Assert.Equal("DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException", (await RunAsync(hub, "Main")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Child_UnderAnIdThatFinished_RunsAgain()
    {
        Orchestrator("Child", context => Task.FromResult(context.GetInput<int>()));
        Orchestrator("Main", context => context.CallSubOrchestratorAsync<int>("Child", 2, new SubOrchestrationOptions(instanceId: "again")));
        var hub = await StartHubAsync();
        await RunAsync(hub, "Child", 1, "again");

        Assert.Equal(2, (await RunAsync(hub, "Main")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Child_StartsOver_ReturnsToItsParentInTheEnd()
    {
        Orchestrator("Child", async context =>
        {
            var left = context.GetInput<int>();
            await context.CreateTimer(context.CurrentUtcDateTime.AddMilliseconds(10), default);
            if (left > 0)
                context.ContinueAsNew(left - 1);
            return $"{left} under {context.Parent!.InstanceId}";
        });
        Orchestrator("Main", context => context.CallSubOrchestratorAsync<string>("Child", 3));

        Assert.Equal("0 under run", (await RunAsync(await StartHubAsync(), "Main", instanceId: "run")).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(null, "2.0", "2.0")]
    [InlineData("1.5", "1.5", "2.0")]
    public async Task Version_IsRecordedAtTheStart(string? asked, string expected, string expectedOfChild)
    {
        Options = Options with { DefaultVersion = "2.0" };
        Orchestrator("Child", context => Task.FromResult(context.Version));
        Orchestrator("Main", async context =>
            $"{context.Version} {await context.CallSubOrchestratorAsync<string>("Child")} {Math.Sign(context.CompareVersionTo("1.10"))}");
        var hub = await StartHubAsync();
        var options = asked is null ? new StartOrchestrationOptions() : new StartOrchestrationOptions { Version = asked };

        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", options, Limit);

        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.Equal($"{expected} {expectedOfChild} {(asked is null ? 1 : -1)}", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Version_AfterANewDefault_StaysWhatItWas()
    {
        Options = Options with { DefaultVersion = "1.0" };
        Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<int>("go");
            return context.Version;
        });
        var first = await StartHubAsync();
        var id = await first.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        await first.Client.WaitForInstanceStartAsync(id, Limit);
        await first.StopAsync(Limit);

        var second = await StartHubAsync(Options with { DefaultVersion = "2.0" });
        await second.Client.RaiseEventAsync(id, "go", 1, Limit);

        Assert.Equal("1.0", (await second.Client.WaitForInstanceCompletionAsync(id, true, Limit)).ReadOutputAs<string>());
    }
}
