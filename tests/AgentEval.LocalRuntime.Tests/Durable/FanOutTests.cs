using System.Diagnostics;
using AgentEval.Tests.Shared;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.DurableTask;
using Xunit.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class FanOutTests(AzuriteFixture azurite, ITestOutputHelper output) : HubTest(azurite)
{
    [Theory]
    [InlineData(50, 20)]
    [InlineData(1000, 250)]
    public async Task Activities_InOneFanOut_CostFewWrites(int count, int mostWrites)
    {
        Options = Options with { ReplayEveryTurn = false };
        Activity<int, int>("Empty", n => n);
        Orchestrator("Main", async context =>
            (await Task.WhenAll(Enumerable.Range(0, count).Select(n => context.CallActivityAsync<int>("Empty", n)))).Length);
        var policy = new FaultPolicy(int.MaxValue, false, () => { });
        var tables = new TableClientOptions();
        tables.AddPolicy(policy, HttpPipelinePosition.PerCall);
        var hub = NewHub(tables: tables);
        await hub.StartAsync(Limit);
        await RunAsync(hub, "Main");
        var before = policy.Writes;
        var watch = Stopwatch.StartNew();

        var done = await RunAsync(hub, "Main");

        output.WriteLine($"{count} activities: {watch.Elapsed.TotalSeconds:F2} s, {policy.Writes - before} writes");
        Assert.Equal(count, done.ReadOutputAs<int>());
        Assert.InRange(policy.Writes - before, 1, mostWrites);
    }
}
