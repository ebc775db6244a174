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

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class RunPurgesTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time, new() { ["AgentEval:RetentionDays"] = "30", ["AgentEval:RetentionCount"] = "2" });

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
        var page = _bench.Create<PurgePage>();

        Assert.Equal(PurgePage.MostRuns + 3, await _bench.Create<PlanPurge>().RunAsync(purge, default));
        await _bench.Get<RunRemover>().RemoveAsync(ids[^2], default);
        Assert.Equal(new PurgePageOutput(PurgePage.MostRuns, IsLast: false), await page.RunAsync(new PurgePageInput("p", 0), _bench.Client, default));
        await page.RunAsync(new PurgePageInput("p", 0), _bench.Client, default);
        Assert.True((await page.RunAsync(new PurgePageInput("p", PurgePage.MostRuns), _bench.Client, default)).IsLast);
        Assert.True((await page.RunAsync(new PurgePageInput("p", PurgePage.MostRuns), _bench.Client, default)).IsLast);

        var expected = ids.Where((id, index) => index != 1 && id != ids[^1] && id != ids[^2]).Select(id => $"delete.{id}").Reverse();
        Assert.Equal(expected, _bench.Client.ScheduledIds);
        Assert.Null(await _bench.Get<PurgeStore>().FindAsync("p", default));
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
