using AgentEval.Core.Agents;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Storage;

/// <summary>The stores against tables and blobs. Each test has names of its own.</summary>
public sealed class StoresTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly string _name = AzuriteFixture.UniqueName();
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await AppBench.OpenAsync(azurite.ConnectionString, _time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Run_InsertedTwice_KeepsTheFirst()
    {
        var row = Samples.Row(Samples.Document(RunIds.Create(_time))) with { Labels = new Dictionary<string, string> { ["team"] = "é" } };

        Assert.True(await _bench.Runs.TryInsertAsync(row, default));
        Assert.False(await _bench.Runs.TryInsertAsync(row with { Agent = "other" }, default));

        var stored = await _bench.RowAsync(row.RunId);
        Assert.Equal(("bot", "é", RunStatus.Queued, RunControl.None, null, null), (stored.Agent, stored.Labels["team"], stored.Status, stored.Control, stored.Verdict, stored.Message));
    }

    [Fact]
    public async Task Run_UpdatedByManyAtOnce_LosesNone()
    {
        var row = await _bench.AddRunAsync();

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _bench.Runs.UpdateAsync(row.RunId, current => current with { TotalTrials = current.TotalTrials + 1 }, default)));

        Assert.Equal(5, (await _bench.RowAsync(row.RunId)).TotalTrials);
    }

    [Fact]
    public async Task Run_UpdateFindsTheRowChanged_DecidesAgain()
    {
        var row = await _bench.AddRunAsync();
        var seen = new List<int>();

        var updated = await _bench.Runs.UpdateAsync(
            row.RunId,
            current =>
            {
                seen.Add(current.TotalTrials);
                if (seen.Count == 1)
                {
                    _bench.Runs.UpdateAsync(row.RunId, other => other with { TotalTrials = 9 }, default).Wait();
                }

                return current with { Message = "mine" };
            },
            default);

        Assert.Equal([0, 9], seen);
        Assert.Equal((9, "mine"), (updated!.TotalTrials, updated.Message));
        Assert.Equal((9, "mine"), ((await _bench.RowAsync(row.RunId)).TotalTrials, (await _bench.RowAsync(row.RunId)).Message));
    }

    [Fact]
    public async Task Run_UpdateThatLeavesIt_GivesTheRow()
    {
        var row = await _bench.AddRunAsync();

        Assert.Equal(row.RunId, (await _bench.Runs.UpdateAsync(row.RunId, _ => null, default))!.RunId);
        Assert.Null(await _bench.Runs.UpdateAsync("no-such-run", current => current, default));
    }

    [Fact]
    public async Task Runs_Listed_NewestFirstByFilterAndInPages()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 7; day++)
        {
            var row = Samples.Row(Samples.Document(RunIds.Derive(start.AddDays(day), _name + day), createdAt: start.AddDays(day)), day % 2 == 0 ? RunStatus.Completed : RunStatus.Failed);
            await _bench.Runs.TryInsertAsync(row with { Suite = _name, Agent = day < 5 ? "bot" : "o'bot" }, default);
        }

        var all = new RunFilter(null, _name, null, null, null);
        Assert.Equal([6, 5, 4, 3, 2, 1, 0], await DaysAsync(all));
        Assert.Equal([6, 4, 2, 0], await DaysAsync(all with { Status = RunStatus.Completed }));
        Assert.Equal([6, 5], await DaysAsync(all with { Agent = "o'bot" }));
        Assert.Equal([3, 2], await DaysAsync(all with { From = start.AddDays(2), To = start.AddDays(3) }));
        Assert.Equal([3], await DaysAsync(all with { From = start.AddDays(2), To = start.AddDays(3), Status = RunStatus.Failed }));
        Assert.Empty(await DaysAsync(all with { Agent = "nobody" }));

        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = await _bench.Runs.ListAsync(all, 3, cursor, default);
            Assert.InRange(page.Items.Count, 0, 3);
            seen.AddRange(page.Items.Select(item => (item.CreatedAt - start).Days));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        Assert.Equal([6, 5, 4, 3, 2, 1, 0], seen);

        async Task<IEnumerable<int>> DaysAsync(RunFilter filter) =>
            (await _bench.Runs.ListAsync(filter, 1_000, null, default)).Items.Select(item => (item.CreatedAt - start).Days);
    }

    [Fact]
    public async Task Trials_EpochsBeyondNine_AreListedAsNumbers()
    {
        await _bench.Get<TrialStore>().UpsertAsync(_name, [.. new[] { 10, 2, 1, 100, 9 }.Select(epoch => Samples.Trial("a", epoch)), Samples.Trial("a", 2, attack: "leak"), Samples.Trial("b")], default);

        var listed = await _bench.Get<TrialStore>().ListAsync(_name, new TrialFilter(null, null), 1_000, null, default);

        Assert.Equal(["a~1", "a~2", "a~2~leak", "a~9", "a~10", "a~100", "b~1"], listed.Items.Select(trial => trial.TrialId));
    }

    [Fact]
    public async Task Trials_MoreThanATransactionHolds_AreAllWrittenAndPagedByFilter()
    {
        var store = _bench.Get<TrialStore>();
        var trials = Enumerable.Range(1, 230).Select(epoch => Samples.Trial("a", epoch, epoch % 10 == 0 ? TrialStatus.Failed : TrialStatus.Passed)).ToList();
        await store.UpsertAsync(_name, trials, default);
        await store.UpsertAsync(_name, trials, default);

        var failed = await store.ListAsync(_name, new TrialFilter(TrialStatus.Failed, "a"), 1_000, null, default);
        Assert.Equal(23, failed.Items.Count);
        Assert.Empty((await store.ListAsync(_name, new TrialFilter(null, "b"), 10, null, default)).Items);
        Assert.Equal(TrialStatus.Failed, await store.FindStatusAsync(_name, "a", 10, default));
        Assert.Null(await store.FindStatusAsync(_name, "a", 231, default));

        var report = await store.ReadForReportAsync(_name, 30, default);
        Assert.Equal(30, report.Count);
        Assert.Equal(23, report.TakeWhile(trial => trial.Status == TrialStatus.Failed).Count());
        Assert.Equal(5, (await store.ReadForReportAsync(_name, 5, default)).Count);
    }

    [Fact]
    public async Task Trials_BigDocuments_ComeBackWhole()
    {
        var outputs = new[] { 59_000, 61_000, 130_000, 180_000 }.Select((length, index) => string.Concat(Enumerable.Repeat("aé漢😀", length / 5)) + index).ToList();
        var trials = outputs.SelectMany((output, index) => Enumerable.Range(1, 6).Select(epoch => Samples.Trial($"s{index}", epoch) with { Output = output })).ToList();

        await _bench.Get<TrialStore>().UpsertAsync(_name, trials, default);

        for (var index = 0; index < outputs.Count; index++)
        {
            var trial = await _bench.Get<TrialStore>().FindAsync(_name, $"s{index}", 6, null, default);
            Assert.Equal(outputs[index], trial!.Output);
            Assert.False(trial.OutputTruncated);
        }
    }

    [Fact]
    public async Task Trial_OutputBeyondARow_KeepsItsBeginning()
    {
        await _bench.Get<TrialStore>().UpsertAsync(_name, [Samples.Trial("a") with { Output = "a" + string.Concat(Enumerable.Repeat("😀", 1_000_000)), Input = "in", RawResponse = "raw" }], default);

        var trial = await _bench.Get<TrialStore>().FindAsync(_name, "a", 1, null, default);

        Assert.True(trial!.OutputTruncated);
        Assert.InRange(trial.Output!.Length, 50_000, 300_000);
        Assert.DoesNotContain('\uFFFD', trial.Output);
        Assert.Null(trial.Input);
        Assert.Null(trial.RawResponse);
    }

    [Fact]
    public async Task Violations_OfManyEvents_ComeInTheirOrderAndByFilter()
    {
        var store = _bench.Get<ViolationStore>();
        var found = Enumerable.Range(1, 120).Select(seq => Violation(seq * 10, seq % 2 == 0 ? "pii" : "policy", seq % 3 == 0 ? Severity.Critical : Severity.Low)).ToList();
        await store.UpsertAsync(_name, Samples.Trial("a", 2), [.. found, Violation(10, "pii", Severity.Low) with { Id = "second-of-event" }], default);
        await store.UpsertAsync(_name, Samples.Trial("a", 1), [Violation(5, "pii", Severity.High)], default);

        var all = await ReadAsync(new ViolationFilter(null, null, null));
        Assert.Equal(122, all.Count);
        Assert.Equal([5, 10, 10, 20], all.Take(4).Select(violation => violation.Seq));
        Assert.Equal(60, (await ReadAsync(new ViolationFilter("policy", null, null))).Count);
        Assert.Equal(20, (await ReadAsync(new ViolationFilter("pii", "T", Severity.Critical))).Count);
        Assert.Empty(await ReadAsync(new ViolationFilter(null, "U", null)));

        async Task<List<Violation>> ReadAsync(ViolationFilter filter)
        {
            var read = new List<Violation>();
            string? cursor = null;
            do
            {
                var page = await store.ListAsync(_name, filter, 50, cursor, default);
                read.AddRange(page.Items);
                cursor = page.Cursor;
            }
            while (cursor is not null);
            return read;
        }
    }

    [Fact]
    public async Task Suite_StoredAgainWithOtherContent_StaysAsItWas()
    {
        var store = _bench.Get<SuiteStore>();
        var first = SuiteReader.Read(Samples.Suite(_name)).Value!;
        var other = SuiteReader.Read(Samples.Suite(_name, "1.0.0", Samples.Scenario("another"))).Value!;

        Assert.Equal(first.ContentHash, (await store.PutAsync(first, default)).ContentHash);
        Assert.Equal(first.ContentHash, (await store.PutAsync(first, default)).ContentHash);
        Assert.Equal(first.ContentHash, (await store.PutAsync(other, default)).ContentHash);

        Assert.Equal(first.ContentHash, SuiteReader.Read((await store.FindAsync(_name, "1.0.0", default))!.Value.Span).Value!.ContentHash);
    }

    [Fact]
    public async Task Suite_StoredByManyAtOnceWithDifferentContents_IsTheOneItsRowSays()
    {
        var store = _bench.Get<SuiteStore>();
        var suites = Enumerable.Range(0, 8).Select(index => SuiteReader.Read(Samples.Suite(_name, "1.0.0", Samples.Scenario($"s{index}"))).Value!).ToList();

        var stored = await Task.WhenAll(suites.Select(suite => Task.Run(() => store.PutAsync(suite, default))));

        var winner = Assert.Single(stored.Select(item => item.ContentHash).Distinct());
        Assert.Equal(winner, SuiteReader.Read((await store.FindAsync(_name, "1.0.0", default))!.Value.Span).Value!.ContentHash);
    }

    [Fact]
    public async Task Suite_SeveralVersions_GiveTheLastStoredUnlessOneIsNamed()
    {
        var store = _bench.Get<SuiteStore>();
        foreach (var version in new[] { "2.0.0", "10.0.0", "1.0.0+build" })
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await store.PutAsync(SuiteReader.Read(Samples.Suite(_name, version)).Value!, default);
        }

        Assert.Equal("1.0.0+build", SuiteReader.Read((await store.FindAsync(_name, null, default))!.Value.Span).Value!.Version);
        Assert.Equal("2.0.0", SuiteReader.Read((await store.FindAsync(_name, "2.0.0", default))!.Value.Span).Value!.Version);
        Assert.Null(await store.FindAsync(_name, "3.0.0", default));
        Assert.Equal(3, (await store.ListAsync(_name, default)).Count);
        Assert.True(await store.DeleteAsync(_name, "2.0.0", default));
        Assert.False(await store.DeleteAsync(_name, "2.0.0", default));
        Assert.True(await store.DeleteAsync(_name, null, default));
        Assert.Null(await store.FindAsync(_name, null, default));
    }

    [Fact]
    public async Task Agent_StoredAgain_IsReplacedAlsoByAShorterOne()
    {
        var store = _bench.Get<AgentStore>();
        var big = Samples.Agent(name: _name);
        big["systemPrompt"] = new string('é', 200_000);
        await store.PutAsync(AgentReader.Read(big).Value!, default);
        Assert.Equal(200_000, ((string?)(await store.FindAsync(_name, default))!["systemPrompt"])!.Length);

        await store.PutAsync(AgentReader.Read(Samples.Agent(name: _name)).Value!, default);

        Assert.False((await store.FindAsync(_name, default))!.ContainsKey("systemPrompt"));
        Assert.Contains(await store.ListAsync(default), item => item.Name == _name && item.Type == "http");
        Assert.True(await store.DeleteAsync(_name, default));
        Assert.False(await store.DeleteAsync(_name, default));
    }

    [Fact]
    public async Task Idempotency_ClaimedByManyAtOnce_AllGetOneRun()
    {
        var store = _bench.Get<IdempotencyStore>();

        var entries = await Task.WhenAll(Enumerable.Range(0, 12).Select(index => Task.Run(() => store.ClaimAsync($"{_name} / ü#?", new IdempotencyEntry($"run{index}", $"hash{index}", DateTimeOffset.UnixEpoch), default))));

        var winner = Assert.Single(entries.Distinct());
        Assert.Equal(winner, await store.ClaimAsync($"{_name} / ü#?", new IdempotencyEntry("late", "late", DateTimeOffset.UnixEpoch), default));
        Assert.Equal("other", (await store.ClaimAsync($"{_name} / ü#? ", new IdempotencyEntry("other", "x", DateTimeOffset.UnixEpoch), default)).RunId);
    }

    [Fact]
    public async Task UpdateRun_DeletedInBetween_HasNoRow()
    {
        var id = (await _bench.AddRunAsync()).RunId;
        var table = _bench.Connections.Tables.GetTableClient(StorageNames.RunsTable);

        var updated = await _bench.Runs.UpdateAsync(
            id,
            row =>
            {
                Task.Run(() => table.DeleteEntityAsync(StorageNames.RunsPartition, id)).GetAwaiter().GetResult();
                return row with { Message = "too late" };
            },
            default);

        Assert.Null(updated);
    }

    [Fact]
    public async Task Remover_Run_LeavesNothingOfItAndEverythingOfOthers()
    {
        var (gone, kept) = (await _bench.AddRunAsync(), await _bench.AddRunAsync());
        foreach (var row in new[] { gone, kept })
        {
            await _bench.Get<TrialStore>().UpsertAsync(row.RunId, Enumerable.Range(1, 210).Select(epoch => Samples.Trial("a", epoch)), default);
            await _bench.Get<ViolationStore>().UpsertAsync(row.RunId, Samples.Trial("a"), [Violation(1, "pii", Severity.Low)], default);
            await _bench.Get<ReportStore>().WriteAsync(row.RunId, "report.json", "application/json", "{}", default);
            await using var writer = _bench.Get<TraceStore>().OpenWriter(row.RunId, "a~1", StoredTrace.None);
            await writer.AppendAsync(new() { Seq = 1, At = default, Type = Core.Traces.TraceEventType.TrialStarted, Attempt = 1 }, default);
            await writer.FlushAsync(default);
        }

        await _bench.Get<RunRemover>().RemoveAsync(gone.RunId, default);
        await _bench.Get<RunRemover>().RemoveAsync(gone.RunId, default);

        Assert.Null(await _bench.Runs.FindAsync(gone.RunId, default));
        await Assert.ThrowsAsync<StoredDocumentMissingException>(() => _bench.Runs.ReadDocumentAsync(gone.RunId, default));
        Assert.Empty((await _bench.Get<TrialStore>().ListAsync(gone.RunId, new TrialFilter(null, null), 10, null, default)).Items);
        Assert.Empty((await _bench.Get<ViolationStore>().ListAsync(gone.RunId, new ViolationFilter(null, null, null), 10, null, default)).Items);
        Assert.Null(await _bench.Get<ReportStore>().FindAsync(gone.RunId, "report.json", default));
        Assert.False((await _bench.Get<TraceStore>().ReadAsync(gone.RunId, "a~1", default)).Exists);
        Assert.NotNull(await _bench.Runs.FindAsync(kept.RunId, default));
        Assert.Equal(210, (await _bench.Get<TrialStore>().ListAsync(kept.RunId, new TrialFilter(null, null), 1_000, null, default)).Items.Count);
        Assert.NotNull(await _bench.Get<ReportStore>().FindAsync(kept.RunId, "report.json", default));
        Assert.True((await _bench.Get<TraceStore>().ReadAsync(kept.RunId, "a~1", default)).Exists);
    }

    [Fact]
    public async Task Batch_OpenedAgain_KeepsTheFirstHeaderAndTheOrderOfItsEntries()
    {
        var store = _bench.Get<BatchStore>();
        var header = new BatchHeader(_name, _time.GetUtcNow(), 12, "hash");

        Assert.Equal(header, await store.OpenAsync(header, default));
        Assert.Equal(header, await store.OpenAsync(header with { ContentHash = "other" }, default));
        foreach (var index in Enumerable.Range(0, 12).Reverse())
        {
            await store.WriteEntryAsync(header, new BatchEntry(index, index == 3 ? null : $"run{index}", index == 3 ? [new("suite", "notFound", "gone")] : []), default);
        }

        var entries = await store.ReadEntriesAsync(_name, default);
        Assert.Equal(Enumerable.Range(0, 12), entries.Select(entry => entry.Index));
        Assert.Equal("gone", Assert.Single(entries[3].Errors).Message);
        Assert.Null(await store.FindAsync(_name + "x", default));
    }

    [Fact]
    public async Task Batch_EntryWithMoreErrorsThanARowHolds_KeepsTheFirstAndTheNumberOfTheOthers()
    {
        var header = new BatchHeader(_name, _time.GetUtcNow(), 1, "hash");
        var errors = Enumerable.Range(0, 1_001).Select(index => new Problem($"{index:0000}.{new string('é', 5_000)}", "unknownKey", new string('m', 5_000))).ToList();

        await _bench.Get<BatchStore>().WriteEntryAsync(header, new BatchEntry(0, null, errors), default);

        var kept = Assert.Single(await _bench.Get<BatchStore>().ReadEntriesAsync(_name, default)).Errors;
        Assert.InRange(JsonColumns.Measure(kept), 10_000, 20_000);
        Assert.Equal(Enumerable.Range(0, kept.Count - 1), kept.SkipLast(1).Select(problem => int.Parse(problem.Path[..4], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.StartsWith($"And {1_001 - (kept.Count - 1)} more,", kept[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_EntryWithALongError_KeepsItsBeginningWithWholeCharacters()
    {
        var header = new BatchHeader(_name, _time.GetUtcNow(), 1, "hash");
        var error = new Problem("suite", "unknownKey", "x" + string.Concat(Enumerable.Repeat("😀", 400_000)));

        await _bench.Get<BatchStore>().WriteEntryAsync(header, new BatchEntry(0, null, [error]), default);

        var kept = Assert.Single(Assert.Single(await _bench.Get<BatchStore>().ReadEntriesAsync(_name, default)).Errors);
        Assert.Equal("x" + string.Concat(Enumerable.Repeat("😀", 499)) + "…", kept.Message);
    }

    private static Violation Violation(int seq, string validator, Severity severity) =>
        new($"a~1/{seq}", "a~1", seq, validator, "T", severity, 0.9, "m", "e", DateTimeOffset.UnixEpoch);
}
