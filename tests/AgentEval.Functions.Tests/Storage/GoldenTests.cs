using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Metrics;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;

namespace AgentEval.Functions.Tests.Storage;

/// <summary>
/// Every stored shape, written by the app and compared with the file that shows it in <c>Golden</c>; what that file shows must also be read back.
/// A shape changed on purpose: delete its file, run the tests once, and look at what they wrote.
/// </summary>
[Collection(WholeAccountCollection.Name)]
public sealed class GoldenTests(WholeAccount account) : IAsyncLifetime
{
    private const string RunId = "7f3kq20b9z-h4x8m2ct";

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Written = new(AgentEvalJson.Indented);

    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task RunRow()
    {
        var row = Samples.Row(Samples.Document(RunId, createdAt: Start), RunStatus.Completed) with
        {
            Control = RunControl.Cancel,
            Verdict = Verdict.Inconclusive,
            StartedAt = Start.AddSeconds(1),
            FinishedAt = Start.AddSeconds(2.5),
            Labels = new Dictionary<string, string> { ["team"] = "é" },
            TotalTrials = 12,
            Message = "The run stopped early: failFast.",
        };
        await _bench.Runs.TryInsertAsync(row, default);

        await CheckRowAsync("run-row", StorageNames.RunsTable, "run", RunId);

        var read = await _bench.RowAsync(RunId);
        Assert.Equal(row with { Labels = read.Labels, ETag = read.ETag }, read);
        Assert.Equal(row.Labels, read.Labels);
    }

    [Fact]
    public async Task QueueRows()
    {
        var queue = _bench.Get<QueueStore>();
        await queue.EnterAsync(RunId, Start, default);
        await queue.TryWriteActiveAsync(await queue.ReadActiveAsync(default), [RunId], default);

        await CheckRowAsync("queue-waiting-row", StorageNames.RunsTable, "waiting", StorageNames.WaitingKey(RunId, Start));
        await CheckRowAsync("queue-active-row", StorageNames.RunsTable, "active", "runs");
    }

    [Fact]
    public async Task MissingShardRow()
    {
        var missing = new MissingShard(RunId, $"{RunId}.s00000", Start, Start.AddMinutes(2));
        await _bench.Get<MissingShardStore>().WriteAsync(missing, default);

        await CheckRowAsync("missing-shard-row", StorageNames.RunsTable, "missing", RunId);

        await foreach (var read in _bench.Get<MissingShardStore>().ReadAsync(default))
        {
            Assert.Equal(missing, read);
        }
    }

    [Fact]
    public async Task WorkerRow()
    {
        var beat = new WorkerBeat("machine/1", 4, Start);
        await _bench.Get<WorkerStore>().WriteAsync(beat, default);

        await CheckRowAsync("worker-row", StorageNames.RunsTable, "worker", StorageNames.WorkerKey("machine/1"));

        await foreach (var read in _bench.Get<WorkerStore>().ReadSinceAsync(Start, default))
        {
            Assert.Equal(beat, read);
        }
    }

    [Fact]
    public async Task TrialRow()
    {
        await _bench.Get<TrialStore>().UpsertAsync(RunId, [Trial()], default);

        await CheckRowAsync("trial-row", StorageNames.TrialsTable, RunId, "greets~00012~leak");

        var read = (await _bench.Get<TrialStore>().FindAsync(RunId, "greets", 12, "leak", default))!;
        Assert.Equal(JsonSerializer.Serialize(Trial() with { Input = null, RawResponse = null }, AgentEvalJson.Options), JsonSerializer.Serialize(read, AgentEvalJson.Options));
    }

    [Fact]
    public async Task ViolationRow()
    {
        await _bench.Get<ViolationStore>().UpsertAsync(RunId, Trial(), [Violation()], default);

        await CheckRowAsync("violation-row", StorageNames.ViolationsTable, RunId, "greets~00012~leak~000004~01");
    }

    [Fact]
    public async Task SuiteRowAndFile()
    {
        await _bench.Get<SuiteStore>().PutAsync(SuiteReader.Read(Samples.Suite()).Value!, default);

        await CheckRowAsync("suite-row", StorageNames.SuitesTable, "greetings", "1.0.0");
        await CheckBlobAsync("suite-file", StorageNames.Suites, "greetings/1.0.0.json");
    }

    [Fact]
    public async Task AgentRow()
    {
        await _bench.Get<AgentStore>().PutAsync(AgentReader.Read(Samples.Agent()).Value!, default);

        await CheckRowAsync("agent-row", StorageNames.AgentsTable, "agent", "bot");
    }

    [Fact]
    public async Task IdempotencyRow()
    {
        await _bench.Get<IdempotencyStore>().ClaimAsync("key", new IdempotencyEntry(RunId, "00ff", Start), default);

        await CheckRowAsync("idempotency-row", StorageNames.IdempotencyTable, "key", StorageNames.IdempotencyKey("key"));
    }

    [Fact]
    public async Task RemovedRunRow()
    {
        await _bench.Get<IdempotencyStore>().MarkRemovedAsync(RunId, Start, default);

        await CheckRowAsync("removed-run-row", StorageNames.IdempotencyTable, "removed", RunId);
    }

    [Fact]
    public async Task BatchRows()
    {
        var header = new BatchHeader("nightly", Start, 2, "00ff");
        await _bench.Get<BatchStore>().OpenAsync(header, default);
        await _bench.Get<BatchStore>().WriteEntryAsync(header, new BatchEntry(1, null, [new Problem("suite", "notFound", "There is none.")]), default);

        await CheckRowAsync("batch-row", StorageNames.BatchesTable, "nightly", "batch");
        await CheckRowAsync("batch-entry-row", StorageNames.BatchesTable, "nightly", "run~00001");
    }

    [Fact]
    public async Task SubmissionFileAndRow()
    {
        var header = new BatchHeader("nightly", Start, 1, "00ff");
        await _bench.Get<SubmissionStore>().WriteAsync(
            new SubmissionDocument { SubmissionId = "batch.00ff", InitiatedBy = "http", Batch = header, Runs = [Samples.Request("greetings", "bot")] }, default);
        await _bench.Get<SubmissionStore>().WriteAsync(
            new SubmissionDocument { SubmissionId = "message.r", InitiatedBy = "queue", Message = new QueuedMessage("m", Start, "{}"), Runs = [Samples.Request("greetings", "bot")] }, default);

        await CheckBlobAsync("submission-of-batch", StorageNames.Submissions, StorageNames.SubmissionDocument("batch.00ff"));
        await CheckBlobAsync("submission-of-message", StorageNames.Submissions, StorageNames.SubmissionDocument("message.r"));
        await CheckRowAsync("accepted-row", StorageNames.SubmissionsTable, "accepted", "batch.00ff");
    }

    [Fact]
    public async Task PurgeFile()
    {
        await _bench.Get<PurgeStore>().WritePageAsync("p", 0, new PurgeDocument { RunIds = [RunId] }, default);

        await CheckBlobAsync("purge-file", StorageNames.Submissions, StorageNames.PurgePage("p", 0));
    }

    [Fact]
    public async Task SubmissionRow()
    {
        var problems = new ProblemList();
        problems.Error("suite", ProblemCodes.NotFound, "There is none.");
        await _bench.Get<RejectedSubmissions>().SetAsideAsync("{}", "m", problems, default);

        await CheckRowAsync("submission-row", StorageNames.SubmissionsTable, "rejected", StorageNames.RejectedMessage("m", "{}"));
    }

    [Fact]
    public async Task ScheduleRow()
    {
        await _bench.Get<ScheduleStore>().PutAsync("nightly", new JsonObject { ["cron"] = "0 6 * * *", ["run"] = Samples.Request("s", "a") }, default);

        await CheckRowAsync("schedule-row", StorageNames.SchedulesTable, "schedule", "nightly");
    }

    [Fact]
    public async Task RunDocument()
    {
        var document = Samples.Document(RunId, createdAt: Start) with
        {
            Submitter = new("Ada", "ada@example.org", null, TermsAccepted: true),
            Labels = new Dictionary<string, string> { ["team"] = "é" },
            Warnings = [new Problem("suite", "nothingToJudge", "Nothing judges it.")],
        };
        await _bench.Runs.WriteDocumentAsync(document, default);

        await CheckBlobAsync("run-document", StorageNames.Plans, $"{RunId}/run.json");
        await CheckBlobAsync("run-suite", StorageNames.Plans, $"{RunId}/suite.json");

        var read = await _bench.Runs.ReadDocumentAsync(RunId, default);
        Assert.Equal(JsonSerializer.Serialize(document with { Suite = null }, AgentEvalJson.Options), JsonSerializer.Serialize(read, AgentEvalJson.Options));
    }

    [Fact]
    public async Task RunDocument_OfVersion1_IsReadWithTheSuiteInIt()
    {
        var older = BinaryData.FromBytes(await File.ReadAllBytesAsync(Path.Combine(Folder(), "run-document-1.json")));
        await _bench.Connections.Blobs.GetBlobContainerClient(StorageNames.Plans).UploadBlobAsync($"{RunId}/run.json", older);

        var run = await _bench.Get<LoadedRuns>().GetAsync(RunId, default);

        Assert.Equal(("greetings", "greets"), (run.Suite.Name, Assert.Single(run.Suite.Scenarios).Id));
    }

    [Fact]
    public async Task PlanShardAndSummary()
    {
        var plans = _bench.Get<PlanStore>();
        await plans.WriteShardAsync(RunId, new PlanShard(3, 1, [Samples.Planned("greets", 2, replay: true)]), default);
        await plans.WriteSummaryAsync(RunId, 3, ShardSummary.From([Trial() with { Attack = null }], [Violation()], 5, []), default);

        await CheckBlobAsync("plan-shard", StorageNames.Plans, $"{RunId}/shard-00003.json");
        await CheckBlobAsync("shard-summary", StorageNames.Plans, $"{RunId}/summary-00003.json");
        Assert.Equal(Samples.Planned("greets", 2, replay: true), Assert.Single((await plans.ReadShardAsync(RunId, 3, default)).Trials));
        Assert.Equal(1, (await plans.MergeSummariesAsync(RunId, default)).Safety.Violations);
    }

    [Fact]
    public async Task TraceLine()
    {
        await using var writer = _bench.Get<TraceStore>().OpenWriter(RunId, "greets~1", StoredTrace.None);
        await writer.AppendAsync(new TraceEvent
        {
            Seq = 1,
            At = Start,
            Type = TraceEventType.ToolCall,
            Turn = 0,
            Attempt = 2,
            Text = "é",
            Tool = "lookup",
            CallId = "c1",
            Arguments = new JsonObject { ["a"] = 1.5 },
            Result = new JsonArray(1),
            Reported = true,
            Point = "toolResult",
            Seconds = 0.25,
            InputTokens = 3,
            OutputTokens = 4,
            Estimated = true,
            Code = "code",
            Name = "name",
            Score = 0.5,
            Truncated = false,
            Data = new JsonObject { ["x"] = null },
        }, default);
        await writer.FlushAsync(default);

        await CheckBlobAsync("trace-line", StorageNames.Traces, $"{RunId}/greets~1.jsonl");
    }

    [Fact]
    public async Task TraceEndOfATrialWhoseTextsAreWithheld()
    {
        var judged = new JudgedTrial(Trial(), [Violation()], 7);
        var finished = new TraceEvent { Seq = 9, At = Start, Type = TraceEventType.TrialFinished, Attempt = 2, Seconds = 2, Name = "failed", Score = 0.5 };
        await using var writer = _bench.Get<TraceStore>().OpenWriter(RunId, "greets~2", StoredTrace.None);
        await writer.AppendAsync(KeptJudgement.PutInto(finished, judged), default);
        await writer.FlushAsync(default);

        await CheckBlobAsync("trace-end-withheld", StorageNames.Traces, $"{RunId}/greets~2.jsonl");
    }

    private static TrialResult Trial() => Samples.Trial("greets", 12, TrialStatus.Failed, "leak") with
    {
        Tags = ["a", "b"],
        Score = 0.5,
        Criteria =
        [
            new CriterionResult { Id = "c", Name = "c", Type = "contains", Score = 0.5, Passed = false, Threshold = 0.8, Weight = 1, Required = true, Reason = "why", Suggestion = "do", Evidence = "e" },
        ],
        Input = "in",
        Output = "out 😀",
        RawResponse = "raw",
        Error = new TrialError("code", "message"),
        StartedAt = Start,
        FinishedAt = Start.AddSeconds(2),
        Seconds = 2,
        Attempts = 2,
        AgentMetrics = new Dictionary<string, double> { ["loops"] = 3 },
        Usage = new TokenUsage(10, 20, true, 0.0125m),
        TokensPerSecond = 10,
        AgentCalls = 1,
        ToolCalls = 2,
        Events = 9,
        Injections = 1,
        Deviations = [new Deviation(0, "unmetExpectation", "m")],
        Violations = 1,
    };

    private static Violation Violation() => new("greets~12~leak/4", "greets~12~leak", 4, "pii", "CREDIT_CARD", Severity.High, 0.99, "A card number.", "4111••••1111", Start);

    private async Task CheckRowAsync(string name, string table, string partition, string row)
    {
        var entity = (await _bench.Connections.Tables.GetTableClient(table).GetEntityAsync<TableEntity>(partition, row)).Value;
        var shown = new JsonObject();
        foreach (var (key, value) in entity.Where(each => each.Key is not ("odata.etag" or "Timestamp")).OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            shown[key] = value is byte[] json ? JsonNode.Parse(json) : JsonSerializer.SerializeToNode(value);
        }

        Assert.Equal(1, (int)shown["SchemaVersion"]!);
        await CompareAsync(name, shown);
    }

    private async Task CheckBlobAsync(string name, string container, string blob)
    {
        var content = (await _bench.Connections.Blobs.GetBlobContainerClient(container).GetBlobClient(blob).DownloadContentAsync()).Value.Content;
        await CompareAsync(name, JsonNode.Parse(content.ToString())!);
    }

    private static async Task CompareAsync(string name, JsonNode shown)
    {
        var path = Path.Combine(Folder(), name + ".json");
        var text = shown.ToJsonString(Written) + "\n";
        if (!File.Exists(path))
        {
            await File.WriteAllTextAsync(path, text);
            Assert.Fail($"There was no {path}; it has been written. Look at it and run again.");
        }

        Assert.Equal((await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n"), text.ReplaceLineEndings("\n"));
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AgentEval.Functions.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder.FullName, "tests", "AgentEval.Functions.Tests", "Golden");
    }
}
