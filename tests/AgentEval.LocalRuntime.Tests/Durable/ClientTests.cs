using AgentEval.Tests.Shared;
using Azure.Data.Tables;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class ClientTests(AzuriteFixture azurite) : HubTest(azurite)
{
    private static readonly OrchestrationRuntimeStatus[] Everything = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];

    private void Waiting() => Orchestrator("Waiting", context => context.WaitForExternalEvent<int>("go"));

    private void Echo() => Orchestrator("Echo", context => Task.FromResult(context.GetInput<int>()));

    [Fact]
    public async Task Schedule_OverAFinishedInstance_ReplacesIt()
    {
        Echo();
        var hub = await StartHubAsync();

        await RunAsync(hub, "Echo", 1, "one");
        var done = await RunAsync(hub, "Echo", 2, "one");

        Assert.Equal(2, done.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Schedule_OverAFinishedInstanceWithDedupe_IsRefused()
    {
        Echo();
        var hub = await StartHubAsync();
        await RunAsync(hub, "Echo", 1, "one");

        var refused = await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => hub.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", 2, new StartOrchestrationOptions("one").WithDedupeStatuses(Everything), Limit));

        Assert.Contains("one", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await hub.Client.GetInstanceAsync("one", true))!.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Schedule_OverARunningInstance_IsRefused()
    {
        Waiting();
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit));
    }

    [Fact]
    public async Task Schedule_OverARunningInstanceThatMayBeReplaced_TerminatesItFirst()
    {
        Waiting();
        Echo();
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit);

        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 3, new StartOrchestrationOptions("one").WithDedupeStatuses(), Limit);

        Assert.Equal(3, (await hub.Client.WaitForInstanceCompletionAsync("one", true, Limit)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Schedule_DedupingTerminatedAlone_IsAnError()
    {
        var hub = await StartHubAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => hub.Client.ScheduleNewOrchestrationInstanceAsync(
            "Echo", new StartOrchestrationOptions("one").WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated), Limit));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("@a")]
    [InlineData("a\u007fb")]
    public async Task Schedule_UnderAnImpossibleId_IsAnError(string id)
    {
        var hub = await StartHubAsync();

        await Assert.ThrowsAsync<ArgumentException>(
            () => hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", new StartOrchestrationOptions(id), Limit));
    }

    [Theory]
    [InlineData("o'brien ü=&+%20")]
    [InlineData("run.s1")]
    public async Task Schedule_UnderAnOddId_Works(string id)
    {
        Echo();

        Assert.Equal(4, (await RunAsync(await StartHubAsync(), "Echo", 4, id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Schedule_ForLater_StaysPendingUntilThen()
    {
        Orchestrator("Main", context => Task.FromResult(context.CurrentUtcDateTime));
        var hub = await StartHubAsync();
        var due = Time.GetUtcNow().AddMilliseconds(700);

        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(StartAt: due), Limit);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await hub.Client.GetInstanceAsync(id))!.RuntimeStatus);
        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.True(done.ReadOutputAs<DateTime>() >= due.UtcDateTime);
    }

    [Fact]
    public async Task GetInstance_WithoutInputsAndOutputs_HasNone()
    {
        Orchestrator("Main", context =>
        {
            context.SetCustomStatus(new { Stage = "done" });
            return Task.FromResult(1);
        });
        var hub = await StartHubAsync();
        await RunAsync(hub, "Main", 5, "one");

        var small = await hub.Client.GetInstanceAsync("one");
        var full = await hub.Client.GetInstanceAsync("one", getInputsAndOutputs: true);

        Assert.Null(small!.SerializedCustomStatus ?? small.SerializedInput ?? small.SerializedOutput);
        Assert.Throws<InvalidOperationException>(() => small.ReadCustomStatusAs<object>());
        Assert.Equal("""{"Stage":"done"}""", full!.SerializedCustomStatus);
        Assert.Null(await hub.Client.GetInstanceAsync("nobody"));
    }

    [Fact]
    public async Task Query_FiltersAndPages()
    {
        Echo();
        Waiting();
        var hub = await StartHubAsync();
        foreach (var n in Enumerable.Range(0, 5))
            await RunAsync(hub, "Echo", n, $"echo-{n}");
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("waiting"), Limit);
        var third = (await hub.Client.GetInstanceAsync("echo-2"))!;

        Assert.Equal(6, await CountAsync(new OrchestrationQuery()));
        Assert.Equal(5, await CountAsync(new OrchestrationQuery(InstanceIdPrefix: "echo-")));
        Assert.Equal(5, await CountAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed])));
        Assert.Equal(0, await CountAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Failed])));
        Assert.Equal(4, await CountAsync(new OrchestrationQuery(CreatedFrom: third.CreatedAt)));
        Assert.Equal(3, await CountAsync(new OrchestrationQuery(CreatedTo: third.CreatedAt)));

        var query = new OrchestrationQuery(InstanceIdPrefix: "echo-", PageSize: 2, FetchInputsAndOutputs: true);
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in hub.Client.GetAllInstancesAsync(query).AsPages())
            pages.Add(page);
        Assert.Equal([2, 2, 1], pages.Select(p => p.Values.Count));
        Assert.Equal([0, 1, 2, 3, 4], pages.SelectMany(p => p.Values).Select(i => i.ReadOutputAs<int>()));
        var rest = await CountAsync(query with { ContinuationToken = pages[0].ContinuationToken });
        Assert.Equal(3, rest);

        await RunAsync(hub, "Echo", 1, "errand.1");
        Assert.Equal(1, await CountAsync(new OrchestrationQuery(InstanceIdPrefix: "errand.", CreatedTo: DateTimeOffset.MaxValue, Statuses: [OrchestrationRuntimeStatus.Completed])));

        async Task<int> CountAsync(OrchestrationQuery filter)
        {
            var count = 0;
            await foreach (var _ in hub.Client.GetAllInstancesAsync(filter))
                count++;
            return count;
        }
    }

    [Fact]
    public async Task Purge_OfOne_LeavesNothing()
    {
        Orchestrator("Echo", context => Task.FromResult(context.GetInput<string>()));
        var hub = await StartHubAsync();
        await RunAsync(hub, "Echo", new string('x', 50_000), "large");

        Assert.Equal(1, (await hub.Client.PurgeInstanceAsync("large", Limit)).PurgedInstanceCount);
        Assert.Equal(0, (await hub.Client.PurgeInstanceAsync("large", Limit)).PurgedInstanceCount);

        Assert.Null(await hub.Client.GetInstanceAsync("large"));
        var blobs = new Azure.Storage.Blobs.BlobContainerClient(Azurite.ConnectionString, Options.HubName + "-local-payloads", BlobOptions());
        await foreach (var blob in blobs.GetBlobsAsync(cancellationToken: Limit))
            Assert.Fail(blob.Name);
    }

    [Fact]
    public async Task Purge_OfARunningOne_IsRefused()
    {
        Waiting();
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit);
        await hub.Client.WaitForInstanceStartAsync("one", Limit);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.Client.PurgeInstanceAsync("one", Limit));

        Assert.Contains("'one'", refused.Message, StringComparison.Ordinal);
        await hub.Client.RaiseEventAsync("one", "go", 1, Limit);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await hub.Client.WaitForInstanceCompletionAsync("one", Limit)).RuntimeStatus);
    }

    [Fact]
    public async Task Instance_RemovedFromItsTable_LeavesTheMemory()
    {
        Waiting();
        var hub = await StartHubAsync();
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit);
        await hub.Client.WaitForInstanceStartAsync("one", Limit);
        var instances = new TableServiceClient(Azurite.ConnectionString).GetTableClient(Options.HubName + "LocalInstances");
        await foreach (var row in instances.QueryAsync<TableEntity>("PartitionKey eq 'one'", cancellationToken: Limit))
            await instances.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Limit);

        (await hub.Owned!.FindOrLoadAsync("one"))!.Post(new AgentEval.LocalRuntime.Durable.History.ExecutionTerminated("end"));

        await UntilAsync(() => Task.FromResult(hub.Owned!.Resident == 0));
        Assert.Null(await hub.Client.GetInstanceAsync("one"));
    }

    [Fact]
    public async Task PurgeAll_TakesFinishedOnesOnly()
    {
        Echo();
        Waiting();
        var hub = await StartHubAsync();
        await RunAsync(hub, "Echo", 1, "a");
        await RunAsync(hub, "Echo", 1, "b");
        await RunAsync(hub, "Nobody", 1, "failed");
        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Waiting", new StartOrchestrationOptions("one"), Limit);

        var completed = await hub.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]), Limit);
        var rest = await hub.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter { Timeout = TimeSpan.FromMinutes(1) }, Limit);

        Assert.Equal((2, null), (completed.PurgedInstanceCount, completed.IsComplete));
        Assert.Equal((1, true), (rest.PurgedInstanceCount, rest.IsComplete));
        Assert.NotNull(await hub.Client.GetInstanceAsync("one"));
    }

    [Fact]
    public async Task Tags_AreKept()
    {
        Echo();
        var hub = await StartHubAsync();
        var options = new StartOrchestrationOptions("one") { Tags = new Dictionary<string, string> { ["suite"] = "bot" } };

        await hub.Client.ScheduleNewOrchestrationInstanceAsync("Echo", 1, options, Limit);

        Assert.Equal("bot", (await hub.Client.GetInstanceAsync("one"))!.Tags["suite"]);
    }
}
