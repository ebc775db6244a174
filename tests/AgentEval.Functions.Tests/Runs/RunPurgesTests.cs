using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Tests.Shared;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class RunPurgesTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await account.OpenAsync(_time, new() { ["AgentEval:RetentionDays"] = "30", ["AgentEval:RetentionCount"] = "2" });
        foreach (var left in await ListsAsync())
        {
            await _bench.Get<PurgeStore>().RemoveAsync(left, default);
        }
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    /// <summary>Six runs, a day apart, the newest today; the second has not finished; agents a and b by turns.</summary>
    [Theory]
    [InlineData(2.5, null, null, new[] { 2, 0 })]
    [InlineData(0.0, null, null, new[] { 5, 4, 3, 2, 0 })]
    [InlineData(null, 2, null, new[] { 3, 2, 0 })]
    [InlineData(null, 0, null, new[] { 5, 4, 3, 2, 0 })]
    [InlineData(null, 100, null, new int[0])]
    [InlineData(null, null, 1, new[] { 3, 2, 0 })]
    [InlineData(null, null, 2, new[] { 0 })]
    [InlineData(4.5, null, 2, new[] { 0 })]
    [InlineData(1.5, 5, 2, new[] { 3, 2, 0 })]
    public async Task Choose_Rules_NameFinishedRunsThatAnyOfThemNames(double? days, int? keepLast, int? perPair, int[] expected)
    {
        var ids = await AddRunsAsync(6);
        var rule = new PurgeRule(days is { } age ? _time.GetUtcNow().AddDays(-age) : null, keepLast, perPair);

        var chosen = new List<string>();
        await foreach (var runId in _bench.Get<RunPurges>().ChooseAsync(rule, default))
        {
            chosen.Add(runId);
        }

        Assert.Equal(expected.Select(index => ids[index]), chosen);
        Assert.Equal(new PurgeView(expected.Length), await _bench.Get<RunPurges>().CountAsync(rule, default));
    }

    [Fact]
    public async Task Pages_ChosenRuns_AreRemovedEachOnceAndWhatIsGoneIsLeftAlone()
    {
        var ids = await AddRunsAsync(PurgePage.MostRuns + 5);
        var purge = new PurgeInput("p", new PurgeRule(KeepLast: 1));

        Assert.Equal(2, await _bench.Create<PlanPurge>().RunAsync(purge, default));
        await _bench.Get<RunRemover>().RemoveAsync(ids[^2], default);
        foreach (var page in new[] { 0, 0, 1, 1 })
        {
            await PurgeAsync(page);
        }

        var expected = ids.Where((id, index) => index != 1 && id != ids[^1] && id != ids[^2]).Select(id => $"delete.{id}").Reverse();
        Assert.Equal(expected, _bench.Client.ScheduledIds);
        Assert.Empty(await ListsAsync());
    }

    [Fact]
    public async Task Plan_Repeated_LeavesNothingOfWhatItChoseBefore()
    {
        await AddRunsAsync(PurgePage.MostRuns + 5);
        var plan = _bench.Create<PlanPurge>();

        Assert.Equal(2, await plan.RunAsync(new PurgeInput("p", new PurgeRule(KeepLast: 1)), default));
        Assert.Equal(1, await plan.RunAsync(new PurgeInput("p", new PurgeRule(KeepLast: 50)), default));

        Assert.Null(await _bench.Get<PurgeStore>().FindPageAsync("p", 1, default));
    }

    [Fact]
    public async Task Page_RunCannotBeRemoved_OthersAreAndItIsPassedOverAtLast()
    {
        var ids = await AddRunsAsync(5);
        await _bench.Create<PlanPurge>().RunAsync(new PurgeInput("p", new PurgeRule(KeepLast: 0)), default);
        _bench.Client.OnSchedule = id =>
        {
            if (id == $"delete.{ids[2]}")
            {
                throw new IOException("it is held by somebody");
            }
        };

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => PurgeAsync(0));

        Assert.Equal($"1 of 4 runs cannot be removed, the first of them {ids[2]}: it is held by somebody", failure.Message);
        Assert.Equal([$"delete.{ids[4]}", $"delete.{ids[3]}", $"delete.{ids[0]}"], _bench.Client.ScheduledIds);
        Assert.Equal(["p"], await ListsAsync());
        await PurgeAsync(0, skipBroken: true);
        Assert.Empty(await ListsAsync());
    }

    [Fact]
    public async Task Page_NothingCanBeRemoved_IsKept()
    {
        await AddRunsAsync(3);
        await _bench.Create<PlanPurge>().RunAsync(new PurgeInput("p", new PurgeRule(KeepLast: 0)), default);
        _bench.Client.OnSchedule = _ => throw new IOException("the task hub is away");

        await Assert.ThrowsAsync<InvalidOperationException>(() => PurgeAsync(0, skipBroken: true));

        Assert.Equal(["p"], await ListsAsync());
    }

    [Fact]
    public async Task Retention_PurgeWasBrokenOff_ItsListIsRemoved()
    {
        foreach (var id in new[] { "at-work", "failed", "gone" })
        {
            await _bench.Get<PurgeStore>().WritePageAsync(id, 0, new PurgeDocument { RunIds = ["x"] }, default);
            await _bench.Get<PurgeStore>().WritePageAsync(id, 1, new PurgeDocument { RunIds = ["y"] }, default);
        }

        _bench.Client.Set("purge.at-work", OrchestrationRuntimeStatus.Running);
        _bench.Client.Set("purge.failed", OrchestrationRuntimeStatus.Failed);

        await _bench.Create<Retention>().RunAsync(new TimerInfo(), _bench.Client, default);

        Assert.Equal(["at-work"], await ListsAsync());
        Assert.NotNull(await _bench.Get<PurgeStore>().FindPageAsync("at-work", 1, default));
    }

    [Fact]
    public async Task Retention_ManyTicks_BeginOnePurgeOfBothRules()
    {
        for (var tick = 0; tick < 2; tick++)
        {
            await _bench.Create<Retention>().RunAsync(new TimerInfo(), _bench.Client, default);
        }

        var (name, instanceId, input) = Assert.Single(_bench.Client.Scheduled);
        Assert.Equal((nameof(PurgeOrchestrator), $"purge.retention-{_time.GetUtcNow():yyyyMMdd}"), (name, instanceId));
        Assert.Equal(new PurgeRule(_time.GetUtcNow().AddDays(-30), null, 2), ((PurgeInput)input!).Rule);
    }

    private Task PurgeAsync(int page, bool skipBroken = false) =>
        _bench.Create<PurgePage>().RunAsync(new PurgePageInput("p", page, skipBroken), _bench.Client, default);

    private async Task<List<string>> ListsAsync() => await _bench.Get<PurgeStore>().ReadIdsAsync(default).ToListAsync();

    private async Task<List<string>> AddRunsAsync(int count)
    {
        var ids = new List<string>();
        for (var day = 0; day < count; day++)
        {
            _time.Advance(TimeSpan.FromDays(day == 0 ? 0 : 1));
            var finished = day != 1;
            var document = Samples.Document(RunIds.Create(_time), createdAt: _time.GetUtcNow());
            await _bench.Runs.TryInsertAsync(
                Samples.Row(document, finished ? RunStatus.Completed : RunStatus.Running) with { FinishedAt = finished ? _time.GetUtcNow() : null, Agent = day % 2 == 0 ? "a" : "b" }, default);
            ids.Add(document.RunId);
        }

        return ids;
    }
}
