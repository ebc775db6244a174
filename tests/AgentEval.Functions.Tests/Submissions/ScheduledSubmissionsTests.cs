using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;

namespace AgentEval.Functions.Tests.Submissions;

[Collection(WholeAccountCollection.Name)]
public sealed class ScheduledSubmissionsTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time, new() { ["AgentEval:MaxQueuedRuns"] = "100" });

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task StartDue_HourlySchedule_StartsOneRunAnHourHoweverManyTick()
    {
        await PutAsync("hourly", "0 * * * *");

        for (var minute = 0; minute < 121; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAll(Enumerable.Range(0, minute % 20 == 0 ? 3 : 1).Select(_ => Task.Run(TickAsync)));
        }

        var runs = await RunsAsync();
        Assert.Equal(2, runs.Count);
        Assert.All(runs, run => Assert.Equal("timer", run.InitiatedBy));
    }

    [Theory]
    [InlineData("skip", 0)]
    [InlineData("once", 1)]
    public async Task StartDue_NothingTickedForHours_CatchesUpAsToldTo(string catchUp, int runs)
    {
        await PutAsync("hourly", "0 * * * *", ("catchUp", catchUp));

        _time.Advance(TimeSpan.FromMinutes(5 * 60 + 30));
        await TickAsync();
        await TickAsync();

        Assert.Equal(runs, (await RunsAsync()).Count);
        Assert.Equal(runs == 0, (await ViewAsync("hourly")).Last!.Refusal?.StartsWith("The time was missed", StringComparison.Ordinal) ?? false);
        _time.Advance(TimeSpan.FromMinutes(31));
        await TickAsync();
        Assert.Equal(runs + 1, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task StartDue_DisabledSchedule_StartsNothingAndMakesUpForNothingLater()
    {
        await PutAsync("hourly", "0 * * * *", ("enabled", false), ("catchUp", "once"));

        _time.Advance(TimeSpan.FromMinutes(61));
        await TickAsync();

        Assert.Empty(await RunsAsync());
        var stored = (await _bench.Get<ScheduleStore>().FindAsync("hourly", default))!;
        Assert.Equal(_time.GetUtcNow().AddMinutes(-1), stored.DealtWith);
    }

    [Fact]
    public async Task StartDue_RunOrRefusal_IsToldOfTheSchedule()
    {
        await PutAsync("good", "0 * * * *");
        await _bench.Get<ScheduleStore>().PutAsync("ghost", new JsonObject { ["cron"] = "0 * * * *", ["run"] = new JsonObject { ["suite"] = "none", ["agent"] = "none" } }, default);
        Assert.Equal((null, _time.GetUtcNow().AddHours(1)), ((await ViewAsync("good")).Last, (await ViewAsync("good")).Next));

        _time.Advance(TimeSpan.FromMinutes(60));
        var due = _time.GetUtcNow();
        await TickAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await TickAsync();

        Assert.Equal(new ScheduledRun(due, Assert.Single(await RunsAsync()).RunId, null), (await ViewAsync("good")).Last);
        var refused = (await ViewAsync("ghost")).Last!;
        Assert.Equal((due, null), (refused.DueAt, refused.RunId));
        Assert.StartsWith("suite: There is no suite 'none'.", refused.Refusal, StringComparison.Ordinal);
        Assert.Equal(due.AddHours(1), (await ViewAsync("ghost")).Next);
    }

    [Fact]
    public async Task StartDue_DiedBeforeItRemembered_StartsNoSecondRun()
    {
        await PutAsync("hourly", "0 * * * *");
        var before = (await _bench.Get<ScheduleStore>().FindAsync("hourly", default))!;
        _time.Advance(TimeSpan.FromMinutes(60));
        await TickAsync();
        var after = (await _bench.Get<ScheduleStore>().FindAsync("hourly", default))!;
        await _bench.Get<ScheduleStore>().AdvanceAsync(after, before.DealtWith, null, default);

        await TickAsync();

        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task StartDue_RunIsRefused_DoesNotHoldUpTheOthers()
    {
        await PutAsync("a-broken", "0 * * * *", ("run", Samples.Request("nowhere")));
        await PutAsync("b-good", "0 * * * *");

        _time.Advance(TimeSpan.FromMinutes(60));
        await TickAsync();

        Assert.Single(await RunsAsync());
    }

    [Theory]
    [InlineData("Json0", "{ half a file")]
    [InlineData("Json0", "null")]
    [InlineData("Json0", 7)]
    [InlineData("SchemaVersion", 2)]
    [InlineData("SchemaVersion", 2L)]
    [InlineData("DealtWith", 2)]
    public async Task StartDue_OneCannotBeRead_StartsTheOthersAndListsIt(string column, object value)
    {
        await PutAsync("a-damaged", "0 * * * *");
        await PutAsync("b-good", "0 * * * *");
        var change = new TableEntity("schedule", "a-damaged") { [column] = value is string text ? Encoding.UTF8.GetBytes(text) : value };
        await _bench.Connections.Tables.GetTableClient(StorageNames.SchedulesTable).UpsertEntityAsync(change, TableUpdateMode.Merge);

        _time.Advance(TimeSpan.FromMinutes(60));
        await TickAsync();

        Assert.Single(await RunsAsync());
        var listed = await _bench.Get<ScheduleStore>().ListAsync(default);
        Assert.Equal([("a-damaged", 0), ("b-good", 2)], listed.Select(each => (each.Name, each.Document.Count)));
        Assert.True(await _bench.Get<ScheduleStore>().DeleteAsync("a-damaged", default));
    }

    [Fact]
    public async Task StartDue_OneBreaks_StartsTheOthersAndSaysSo()
    {
        await PutAsync("a-breaks", "0 * * * *");
        await PutAsync("b-good", "0 * * * *");
        _time.Advance(TimeSpan.FromMinutes(60));
        var attempts = 0;
        _bench.Client.OnSchedule = _ =>
        {
            if (attempts++ == 0)
            {
                throw new IOException("the task hub is away");
            }
        };

        await Assert.ThrowsAsync<IOException>(TickAsync);

        Assert.Equal(2, _bench.Client.Scheduled.Select(each => each.InstanceId).Distinct().Count());
    }

    [Fact]
    public async Task Advance_ScheduleWasStoredAgain_IsLeftToTheNewOne()
    {
        await PutAsync("hourly", "0 * * * *");
        var read = (await _bench.Get<ScheduleStore>().FindAsync("hourly", default))!;
        _time.Advance(TimeSpan.FromMinutes(1));
        await PutAsync("hourly", "30 * * * *");

        await _bench.Get<ScheduleStore>().AdvanceAsync(read, _time.GetUtcNow().AddDays(1), null, default);

        var stored = (await _bench.Get<ScheduleStore>().FindAsync("hourly", default))!;
        Assert.Equal((_time.GetUtcNow(), "30 * * * *"), (stored.DealtWith, (string?)stored.Document["cron"]));
        Assert.True(await _bench.Get<ScheduleStore>().DeleteAsync("hourly", default));
        Assert.False(await _bench.Get<ScheduleStore>().DeleteAsync("hourly", default));
        await _bench.Get<ScheduleStore>().AdvanceAsync(stored, _time.GetUtcNow(), null, default);
        Assert.Null(await _bench.Get<ScheduleStore>().FindAsync("hourly", default));
    }

    private async Task<ScheduleView> ViewAsync(string name) => _bench.Get<ScheduleViews>().Of((await _bench.Get<ScheduleStore>().FindAsync(name, default))!);

    private Task TickAsync() => _bench.Get<ScheduledSubmissions>().StartDueAsync(_bench.Client, default);

    private Task PutAsync(string name, string cron, params (string Key, JsonNode Value)[] more)
    {
        var document = new JsonObject { ["cron"] = cron, ["run"] = Samples.Request() };
        foreach (var (key, value) in more)
        {
            document[key] = value;
        }

        return _bench.Get<ScheduleStore>().PutAsync(name, document, default);
    }

    private async Task<IReadOnlyList<RunListItem>> RunsAsync() =>
        (await _bench.Runs.ListAsync(new RunFilter(null, null, null, null, null), 100, null, default)).Items;
}
