using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Tests.Shared;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class HousekeepingTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private DateTimeOffset Old => _time.GetUtcNow().AddHours(-25);

    public async Task InitializeAsync()
    {
        _bench = await account.OpenAsync(_time);
        _time.Advance(TimeSpan.FromDays(30));
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Tidy_ErrandsThatEnded_LeaveTheTaskHubAfterADay()
    {
        _bench.Client.Set("delete.done", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.Set("submit.done", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.Set("delete.broken", OrchestrationRuntimeStatus.Failed, at: Old);
        _bench.Client.Set("delete.at-work", OrchestrationRuntimeStatus.Running, at: Old);
        _bench.Client.Set("delete.young", OrchestrationRuntimeStatus.Completed, at: _time.GetUtcNow().AddHours(-23));
        _bench.Client.Set("7f3kq20b9z-h4x8m2ct", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.Set("7f3kq20b9z-h4x8m2ct.s00000", OrchestrationRuntimeStatus.Completed, at: Old);

        await TickAsync();

        Assert.Equal(["delete.broken", "delete.done", "submit.done"], _bench.Client.Purged.Order());
    }

    [Fact]
    public async Task Tidy_ErrandBegunAgainSinceItWasListed_StaysAndTheOthersGo()
    {
        _bench.Client.Set("delete.again", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.Set("delete.done", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.OnPurge = id =>
        {
            if (id == "delete.again")
            {
                _bench.Client.Set(id, OrchestrationRuntimeStatus.Running, at: _time.GetUtcNow());
            }
        };

        await TickAsync();

        Assert.Equal(["delete.done"], _bench.Client.Purged);
    }

    [Fact]
    public async Task Tidy_ErrandCannotBePurged_TheOthersGoAndItIsTold()
    {
        foreach (var id in new[] { "delete.a", "delete.b", "purge.c", "submit.d", "submit.e" })
        {
            _bench.Client.Set(id, OrchestrationRuntimeStatus.Completed, at: Old);
        }

        _bench.Client.OnPurge = id =>
        {
            if (id is "delete.a" or "submit.d")
            {
                throw new IOException($"{id} is held by somebody");
            }
        };

        var failure = await Assert.ThrowsAsync<AggregateException>(TickAsync);

        Assert.Equal(["delete.b", "purge.c", "submit.e"], _bench.Client.Purged.Order());
        Assert.Equal(["delete.a is held by somebody", "submit.d is held by somebody"], failure.Flatten().InnerExceptions.Select(each => each.Message).Order());
    }

    [Fact]
    public async Task Tidy_IdempotencyKeys_AreForgottenAfterAWeek()
    {
        var keys = _bench.Get<IdempotencyStore>();
        for (var number = 0; number < 120; number++)
        {
            await keys.ClaimAsync($"old-{number}", Entry(days: 8), default);
        }

        await keys.ClaimAsync("young", Entry(days: 6), default);

        await TickAsync();

        Assert.Null(await keys.FindAsync("old-0", default));
        Assert.Null(await keys.FindAsync("old-119", default));
        Assert.Equal(Entry(days: 6), await keys.FindAsync("young", default));
    }

    [Fact]
    public async Task Tidy_IdsOfRemovedRuns_AreForgottenAfterAWeek()
    {
        var keys = _bench.Get<IdempotencyStore>();
        await keys.MarkRemovedAsync("old", _time.GetUtcNow().AddDays(-8), default);
        await keys.MarkRemovedAsync("young", _time.GetUtcNow().AddDays(-6), default);

        await TickAsync();

        Assert.Equal((false, true), (await keys.IsRemovedAsync("old", default), await keys.IsRemovedAsync("young", default)));
    }

    [Fact]
    public async Task Tidy_Batches_LeaveWithTheLastOfTheirRuns()
    {
        var batches = _bench.Get<BatchStore>();
        var run = await _bench.AddRunAsync();
        foreach (var (id, days, runIds) in ((string, int, string?[])[])
            [("over", 91, ["gone", "gone", null]), ("kept", 91, [run.RunId, "gone"]), ("open", 91, []), ("young", 89, ["gone"]), ("refused", 91, [null])])
        {
            var header = new BatchHeader(id, _time.GetUtcNow().AddDays(-days), 3, "00ff");
            await batches.OpenAsync(header, default);
            foreach (var (index, runId) in runIds.Index())
            {
                await batches.WriteEntryAsync(header, new BatchEntry(index, runId, []), default);
            }
        }

        var waiting = StorageNames.BatchSubmission("open", "00ff");
        await _bench.Get<SubmissionStore>().WriteAsync(new SubmissionDocument { SubmissionId = waiting, InitiatedBy = "http", Runs = [] }, default);

        await TickAsync();

        Assert.Equal(["kept", "open", "young"], (await batches.ListOlderAsync(DateTimeOffset.MaxValue, default)).Select(batch => batch.BatchId).Order());
        Assert.Empty(await batches.ReadEntriesAsync("over", default));
        Assert.Equal(2, (await batches.ReadEntriesAsync("kept", default)).Count);
    }

    [Fact]
    public async Task Tidy_RejectedMessages_LeaveWithTheRunsOfTheirTime()
    {
        var (rejected, problems) = (_bench.Get<RejectedSubmissions>(), new Core.Problems.ProblemList());
        problems.Error("suite", "notFound", "There is none.");
        await rejected.SetAsideAsync("{}", "old", problems, default);
        _time.Advance(TimeSpan.FromDays(2));
        await rejected.SetAsideAsync("{}", "young", problems, default);
        _time.Advance(TimeSpan.FromDays(89));

        await TickAsync();

        var rows = _bench.Connections.Tables.GetTableClient(StorageNames.SubmissionsTable).QueryAsync<Azure.Data.Tables.TableEntity>("PartitionKey eq 'rejected'");
        Assert.Equal("young", Assert.Single(rows.ToBlockingEnumerable()).GetString("MessageId"));
    }

    [Fact]
    public async Task Tidy_TaskHubIsAway_StillForgetsKeysAndSaysSo()
    {
        var keys = _bench.Get<IdempotencyStore>();
        await keys.ClaimAsync("old", Entry(days: 8), default);
        _bench.Client.Set("delete.done", OrchestrationRuntimeStatus.Completed, at: Old);
        _bench.Client.OnPurge = _ => throw new IOException("the task hub is away");

        await Assert.ThrowsAsync<IOException>(TickAsync);

        Assert.Null(await keys.FindAsync("old", default));
    }

    private Task TickAsync() => _bench.Create<Retention>().RunAsync(new(), _bench.Client, default);

    private IdempotencyEntry Entry(int days) => new("run", "00ff", _time.GetUtcNow().AddDays(-days));
}
