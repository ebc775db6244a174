using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Json;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Functions.Storage;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AgentEval.EndToEnd.Tests.Crashes;

/// <summary>
/// The app is killed while a message, a due schedule or a batch is being worked on, at every write of it that matters: before the storage has the
/// write, and after it has it and the app does not know. Started again, each has one run.
/// </summary>
public sealed class DoorKillTests : IAsyncLifetime
{
    private const int Trials = 2;
    private const string Instances = "AgentEvalLocalInstances";

    private static readonly Dictionary<string, string> Settings = new() { ["AgentEval__MaxActiveRuns"] = "100" };

    private readonly Workspace _workspace = new();
    private AzuriteServer _storage = null!;
    private StorageGate _gate = null!;
    private ScriptedAgent _agent = null!;

    public async Task InitializeAsync()
    {
        _agent = await ScriptedAgent.StartAsync();
        _storage = await AzuriteServer.StartAsync();
        _gate = await StorageGate.StartAsync(_storage);
    }

    public async Task DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _storage.DisposeAsync();
        await _agent.DisposeAsync();
        _workspace.Remove();
    }

    [Fact]
    public async Task Queue_AppKilledAtEveryWriteOfAMessage_EachMessageHasOneRun()
    {
        (string Name, Func<string, string, StorageRequest, bool> Fits)[] points =
        [
            ("document", (run, _, request) => request.Writes($"/plans/{run}/run.json")),
            ("place", (run, _, request) => request.Method is "PUT" or "PATCH" or "MERGE" && request.Writes("'waiting'", run)),
            ("row", (run, _, request) => request.Method == "POST" && request.Writes($"\"RowKey\":\"{run}\"", "\"InitiatedBy\"")),
            ("active", (run, _, request) => request.Writes("RunIds", "active", run)),
            ("instance", (run, _, request) => request.Writes(Instances, run)),
            ("settled", (_, message, request) => request.Method == "DELETE" && request.Writes($"/messages/{message}")),
        ];
        await StartOnceAsync();
        QueueClient queue = new(_storage.ConnectionString, StorageNames.SubmissionQueue);
        Dictionary<string, string> runs = [];

        foreach (var ((name, fits), done) in points.SelectMany(point => (bool[])[false, true], (point, done) => (point, done)))
        {
            var suite = $"{name}-{done}".ToLowerInvariant();
            var sent = (await queue.SendMessageAsync(Request(suite).ToJsonString())).Value;
            var runId = runs[suite] = RunIds.Derive(sent.InsertionTime, sent.MessageId);
            await KillAtAsync(request => fits(runId, sent.MessageId, request), done, $"{name}, {(done ? "done" : "not done")}");
        }

        await using var app = await StartAsync();
        await AuditAsync(app.Client, runs, "queue");
        await Patience.UntilAsync("every message is settled", async () => (await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);
        Assert.Equal(0, (await new QueueClient(_storage.ConnectionString, StorageNames.PoisonQueue).GetPropertiesAsync()).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task Schedule_AppKilledAtEveryWriteOfADueTime_EachTimeHasOneRun()
    {
        (string Name, Func<string, string, StorageRequest, bool> Fits)[] points =
        [
            ("document", (run, _, request) => request.Writes($"/plans/{run}/run.json")),
            ("place", (run, _, request) => request.Method is "PUT" or "PATCH" or "MERGE" && request.Writes("'waiting'", run)),
            ("row", (run, _, request) => request.Method == "POST" && request.Writes($"\"RowKey\":\"{run}\"", "\"InitiatedBy\"")),
            ("advanced", (_, schedule, request) => request.Writes("/Schedules(", $"'{schedule}'")),
        ];
        var kills = points.SelectMany(point => (bool[])[false, true], (point, done) => (point.Name, point.Fits, Done: done)).ToList();
        var due = new DateTimeOffset(DateTimeOffset.UtcNow.Year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using (var app = await StartAsync())
        {
            foreach (var (name, _, done) in kills)
            {
                JsonObject schedule = new() { ["cron"] = "0 0 1 1 *", ["catchUp"] = "once", ["run"] = Request(Suite(name, done)) };
                await app.Client.PutScheduleAsync(Suite(name, done), schedule);
            }

            await Patience.UntilAsync("the timer has ticked or waits", async () => await FindTimerStatusAsync() is not null);
            await app.KillAsync();
        }

        foreach (var (name, fits, done) in kills)
        {
            var schedule = Suite(name, done);
            await MakeDueAsync(schedule, due.AddDays(-1));
            await KillAtAsync(request => fits(RunIds.Derive(due, $"schedule/{schedule}"), schedule, request), done, $"{name}, {(done ? "done" : "not done")}");
        }

        await MissATickAsync();
        await using var again = await StartAsync();
        await AuditAsync(again.Client, kills.ToDictionary(kill => Suite(kill.Name, kill.Done), kill => RunIds.Derive(due, $"schedule/{Suite(kill.Name, kill.Done)}")), "timer");

        static string Suite(string name, bool done) => $"{name}-{done}".ToLowerInvariant();
    }

    [Fact]
    public async Task Batch_AppKilledAtEveryWriteOfIt_EachEntryHasOneRun()
    {
        (string Name, Func<string, string, StorageRequest, bool> Fits)[] points =
        [
            ("document", (_, id, request) => request.Method == "PUT" && request.Writes($"/submissions/accepted/{id}.json")),
            ("open", (_, id, request) => request.Method is "PUT" or "PATCH" or "MERGE" && request.Writes("/Submissions(", $"'{id}'")),
            ("header", (batch, _, request) => request.Method == "POST" && request.Writes("/Batches", $"\"PartitionKey\":\"{batch}\"")),
            ("instance", (_, id, request) => request.Writes(Instances, $"submit.{id}")),
            ("entry", (batch, _, request) => request.Writes("/Batches(", $"'{batch}'", "'run~00001'")),
            ("removed", (_, id, request) => request.Method == "DELETE" && request.Writes($"/submissions/accepted/{id}.json")),
            ("closed", (_, id, request) => request.Method == "DELETE" && request.Writes("/Submissions(", $"'{id}'")),
        ];
        await StartOnceAsync();
        List<string> batches = [];
        foreach (var ((name, fits), done) in points.SelectMany(point => (bool[])[false, true], (point, done) => (point, done)))
        {
            var batch = $"{name}-{done}".ToLowerInvariant();
            batches.Add(batch);
            var id = StorageNames.BatchSubmission(batch, CanonicalJson.Hash(Batch(batch)));
            await using (var app = await StartAsync())
            {
                var stopped = _gate.StopAt(request => fits(batch, id, request), done);
                var answer = app.Client.SubmitBatchAsync(Batch(batch));
                await stopped.WaitAsync(Patience.Limit);
                await app.KillAsync();
                await Record.ExceptionAsync(() => answer);
            }

            if (name == "document" || (name == "open" && !done))
            {
                // Nobody knows of it yet, so it was not taken: the sender, who got no answer, sends it again.
                await using var app = await StartAsync();
                Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<AgentEvalApiException>(() => app.Client.GetBatchAsync(batch))).Status);
                await app.Client.SubmitBatchAsync(Batch(batch));
                await app.Client.FollowBatchAsync(batch).WaitAsync(Patience.Limit);
                await app.KillAsync();
            }
        }

        await MissATickAsync();
        await using var again = await StartAsync();
        Dictionary<string, string> runs = [];
        foreach (var batch in batches)
        {
            await Patience.UntilAsync($"the batch {batch} is known", async () => (await Answer.GetAsync(again.Http, $"/api/batches/{batch}")).Status == HttpStatusCode.OK);
            var view = await again.Client.FollowBatchAsync(batch).WaitAsync(Patience.Limit);
            Assert.Equal((2, 2, 0), (view.Total, view.Accepted, view.Rejected));
            foreach (var run in view.Runs)
            {
                runs.Add($"{batch}-{run.Index}", run.RunId!);
            }
        }

        await AuditAsync(again.Client, runs, "http");
        Assert.Empty(await OpenSubmissionsAsync());
    }

    /// <summary>A message that meets a full queue of runs is taken over: killed at every write of that, it still becomes one run.</summary>
    [Fact]
    public async Task Queue_AppKilledWhileAMessageIsTakenOver_EachMessageHasOneRun()
    {
        (string Name, Func<string, string, StorageRequest, bool> Fits)[] points =
        [
            ("document", (run, _, request) => request.Method == "PUT" && request.Writes($"/submissions/accepted/message.{run}.json")),
            ("open", (run, _, request) => request.Method is "PUT" or "PATCH" or "MERGE" && request.Writes("/Submissions(", $"'message.{run}'")),
            ("instance", (run, _, request) => request.Writes(Instances, $"submit.message.{run}")),
            ("settled", (_, message, request) => request.Method == "DELETE" && request.Writes($"/messages/{message}")),
        ];
        Dictionary<string, string> full = new() { ["AgentEval__MaxActiveRuns"] = "1", ["AgentEval__MaxQueuedRuns"] = "0" };
        var release = _agent.HoldAll();
        string holder;
        await using (var app = await StartAsync(full))
        {
            holder = (await app.Client.CreateRunAsync(new RunSubmission { Suite = Questions.Suite(1, "holder"), Agent = _agent.Spec() })).RunId;
            await Patience.UntilAsync("a run has the only place", () => _agent.Running == 1); // Its trial has no answer until all messages were taken over.
            await app.KillAsync();
        }

        QueueClient queue = new(_storage.ConnectionString, StorageNames.SubmissionQueue);
        Dictionary<string, string> runs = [];
        foreach (var ((name, fits), done) in points.SelectMany(point => (bool[])[false, true], (point, done) => (point, done)))
        {
            var suite = $"{name}-{done}".ToLowerInvariant();
            var sent = (await queue.SendMessageAsync(Request(suite).ToJsonString())).Value;
            var runId = runs[suite] = RunIds.Derive(sent.InsertionTime, sent.MessageId);
            await KillAtAsync(request => fits(runId, sent.MessageId, request), done, $"{name}, {(done ? "done" : "not done")}", full);
        }

        release();
        await MissATickAsync();
        await using var again = await StartAsync();
        await AuditAsync(again.Client, runs, "queue");
        await Audit.EachOnceAsync(again.Client, holder, 1);
        await Patience.UntilAsync("nothing is left open", async () => (await OpenSubmissionsAsync()).Count == 0);
    }

    private Task<AppProcess> StartAsync(Dictionary<string, string>? settings = null) => AppProcess.StartAsync(_workspace, _gate.ConnectionString, settings ?? Settings);

    /// <summary>Tables and queues are there.</summary>
    private async Task StartOnceAsync()
    {
        await using var app = await StartAsync();
        await app.KillAsync();
    }

    /// <summary>Starts the app, which has something to do, and kills it when it has come so far.</summary>
    private async Task KillAtAsync(Func<StorageRequest, bool> fits, bool done, string point, Dictionary<string, string>? settings = null)
    {
        var stopped = _gate.StopAt(fits, done);
        await MissATickAsync();
        await using var app = await StartAsync(settings);
        try
        {
            await stopped.WaitAsync(Patience.Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The app never came to the point '{point}':\n{app.Log}");
        }

        await app.KillAsync();
    }

    /// <summary>One run of each suite, of the id it must have, with every trial once; no call of the agent counts twice.</summary>
    private static async Task AuditAsync(AgentEvalClient client, Dictionary<string, string> runs, string initiator)
    {
        foreach (var (suite, runId) in runs)
        {
            await Patience.UntilAsync($"the run of {suite} is there", async () => (await client.ListRunsAsync(new RunQuery { Suite = suite })).Items.Count > 0);
            await Audit.EachOnceAsync(client, runId, Trials);
        }

        foreach (var (suite, runId) in runs)
        {
            var run = Assert.Single((await client.ListRunsAsync(new RunQuery { Suite = suite })).Items);
            Assert.Equal((runId, initiator), (run.RunId, run.InitiatedBy));
        }
    }

    private async Task MakeDueAsync(string schedule, DateTimeOffset dealtWith)
    {
        var table = new TableServiceClient(_storage.ConnectionString).GetTableClient(StorageNames.SchedulesTable);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {schedule}")))
        {
            row["DealtWith"] = dealtWith;
            await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }
    }

    /// <summary>Lets the minute timer find, when the app starts, that it missed a time: it ticks at once.</summary>
    private async Task MissATickAsync()
    {
        if (await FindTimerStatusAsync() is not { } blob)
        {
            return;
        }

        var before = DateTime.UtcNow.AddMinutes(-10);
        await blob.UploadAsync(BinaryData.FromString(JsonSerializer.Serialize(new { Last = before, Next = before.AddMinutes(1), LastUpdated = before })), overwrite: true);
    }

    private async Task<BlobClient?> FindTimerStatusAsync()
    {
        var container = new BlobServiceClient(_storage.ConnectionString).GetBlobContainerClient("azure-webjobs-hosts");
        if (!await container.ExistsAsync())
        {
            return null;
        }

        await foreach (var blob in container.GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, "timers/", default))
        {
            if (blob.Name.EndsWith("/PeriodicEvaluations/status", StringComparison.Ordinal))
            {
                return container.GetBlobClient(blob.Name);
            }
        }

        return null;
    }

    private async Task<List<string>> OpenSubmissionsAsync()
    {
        List<string> open = [];
        var table = new TableServiceClient(_storage.ConnectionString).GetTableClient(StorageNames.SubmissionsTable);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {"accepted"}")))
        {
            open.Add(row.RowKey);
        }

        return open;
    }

    private JsonObject Batch(string name) => new() { ["batchId"] = name, ["runs"] = new JsonArray(Request($"{name}-0"), Request($"{name}-1")) };

    private JsonObject Request(string suite) => new() { ["suite"] = Questions.Suite(Trials, suite), ["agent"] = _agent.Spec() };
}
