using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Functions.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>Batches, the queue and schedules: the other doors a run comes in by.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class SubmissionDoorsTests(ServedHost served)
{
    private AgentEvalClient Client => served.Host.Client;

    private HttpClient Http => served.Host.Http;

    [Fact]
    public async Task Batch_GoodAndBadRequests_EachIsTakenOrRefusedOnItsOwn()
    {
        string[] suites = [served.Name("suite"), served.Name("suite")];
        JsonObject batch = new()
        {
            ["batchId"] = served.Name("batch"),
            ["runs"] = new JsonArray(Request(suites[0]), new JsonObject { ["suite"] = "nobody-stored-this", ["agent"] = "x" }, 42, Request(suites[1])),
        };

        var first = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/batches", batch);
        var again = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/batches", batch);

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal((HttpStatusCode.Accepted, first.Headers["Location"]), (again.Status, again.Headers["Location"]));
        Assert.Equal(4, (int)first.Json["total"]!);
        var done = await Patience.ForAsync("both runs are finished", async () =>
            (await Answer.GetAsync(Http, first.Headers["Location"])) is var view && (int)view.Json["finished"]! == 2 && (int)view.Json["pending"]! == 0 ? view : null);
        Assert.Equal((2, 2), ((int)done.Json["accepted"]!, (int)done.Json["rejected"]!));
        Assert.Equal([null, null], done.Json["runs"]!.AsArray().Skip(1).Take(2).Select(run => (string?)run!["runId"]));
        Assert.Equal(2, (await Client.ListRunsAsync(new RunQuery { Top = 1_000 })).Items.Count(run => suites.Contains(run.Suite)));
        Assert.Equal(["passed", "passed"], done.Json["runs"]!.AsArray().Select(run => (string?)run!["verdict"]).OfType<string>());
        batch["runs"]!.AsArray().RemoveAt(0);
        (await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/batches", batch)).AssertProblem(HttpStatusCode.Conflict);
        (await Answer.GetAsync(Http, "/api/batches/unknown")).AssertProblem(HttpStatusCode.NotFound);
        (await Answer.GetAsync(Http, "/api/batches/un%2Fknown")).AssertProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Queue_JsonBase64BlobAndBatch_BecomeRuns()
    {
        var (plain, encoded, large, batched) = (served.Name("queued"), served.Name("queued"), served.Name("queued"), served.Name("queued"));
        var batch = new JsonObject { ["batchId"] = served.Name("batch"), ["runs"] = new JsonArray(Request(batched)) }.ToJsonString();
        BlobServiceClient blobs = new(served.Host.ConnectionString);
        await blobs.GetBlobContainerClient(StorageNames.Submissions).UploadBlobAsync($"{large}.json", BinaryData.FromString(Request(large, 300).ToJsonString()));

        await SendAsync(Request(plain).ToJsonString());
        await SendAsync(Convert.ToBase64String(Encoding.UTF8.GetBytes(Request(encoded).ToJsonString())));
        await SendAsync($$"""{"blob":"submissions/{{large}}.json"}""");
        await SendAsync(batch);
        await SendAsync(batch);

        foreach (var suite in (string[])[plain, encoded, large, batched])
        {
            var run = await FindRunAsync(suite, "queue");
            Assert.Equal(RunStatus.Completed, (await Client.FollowRunAsync(run.RunId).WaitAsync(Patience.Limit)).Status);
        }

        await Patience.UntilAsync("the queue is empty", async () => (await Queue().GetPropertiesAsync()).Value.ApproximateMessagesCount == 0);
        Assert.Single((await Client.ListRunsAsync(new RunQuery { Suite = batched })).Items);
        Assert.Equal(300, (await Client.GetRunAsync((await FindRunAsync(large, "queue")).RunId)).Result!.Metrics.Scenario.TotalTrials);
    }

    [Fact]
    public async Task Queue_Rubbish_IsSetAsideWithItsProblems()
    {
        string[] bad =
        [
            "rubbish", "null", "42", "[]", "{", "////", new string('[', 5_000), """{"suite":"nobody-stored-this","agent":"x"}""", """{"suite":"x","agent":"y","sede":1}""",
            """{"blob":"submissions/none.json"}""", """{"blob":"../plans/x"}""", """{"blob":7}""", """{"runs":[]}""",
        ];

        foreach (var message in bad)
        {
            await SendAsync(message);
        }

        var poison = new QueueClient(served.Host.ConnectionString, StorageNames.PoisonQueue);
        await Patience.UntilAsync("all of it is set aside", async () =>
            (await poison.ExistsAsync()).Value && (await poison.GetPropertiesAsync()).Value.ApproximateMessagesCount >= bad.Length);
        var set = (await poison.PeekMessagesAsync(32)).Value.Select(message => message.MessageText);
        Assert.Equal(bad.Order(StringComparer.Ordinal), set.Order(StringComparer.Ordinal));
        List<TableEntity> rows = [];
        await foreach (var row in new TableServiceClient(served.Host.ConnectionString).GetTableClient(StorageNames.SubmissionsTable).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        Assert.All(bad, message => Assert.Contains(rows, row => row.GetString("Message") == message));
    }

    /// <summary>The slowest test of all: it waits for the minute timer.</summary>
    [Fact]
    public async Task Schedule_TimeMissedWhileNothingRan_IsCaughtUpWithOneRun()
    {
        var (name, suite) = (served.Name("schedule"), served.Name("scheduled"));
        JsonObject schedule = new() { ["cron"] = "0 * * * *", ["catchUp"] = "once", ["run"] = Request(suite) };
        Assert.Equal(HttpStatusCode.OK, (await Answer.SendJsonAsync(Http, HttpMethod.Put, $"/api/schedules/{name}", schedule)).Status);
        var table = new TableServiceClient(served.Host.ConnectionString).GetTableClient(StorageNames.SchedulesTable);
        await foreach (var row in table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"RowKey eq {name}")))
        {
            row["DealtWith"] = DateTimeOffset.UtcNow.AddDays(-3);
            await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }

        var run = await FindRunAsync(suite, "timer");

        Assert.Equal(RunStatus.Completed, (await Client.FollowRunAsync(run.RunId).WaitAsync(Patience.Limit)).Status);
        Assert.Single((await Client.ListRunsAsync(new RunQuery { Suite = suite })).Items);
        Assert.Equal(HttpStatusCode.NoContent, (await Answer.SendAsync(Http, HttpMethod.Delete, $"/api/schedules/{name}")).Status);
    }

    private Task<RunListItem> FindRunAsync(string suite, string initiator) => Patience.ForAsync($"a run of {suite}", async () =>
        (await Client.ListRunsAsync(new RunQuery { Suite = suite })).Items.SingleOrDefault(run => run.InitiatedBy == initiator));

    private QueueClient Queue() => new(served.Host.ConnectionString, StorageNames.SubmissionQueue);

    private async Task SendAsync(string message) => await Queue().SendMessageAsync(message);

    private JsonObject Request(string suite, int questions = 1) => new()
    {
        ["suite"] = Questions.Suite(questions, suite),
        ["agent"] = served.Agent.Spec(),
        ["execution"] = new JsonObject { ["maxParallel"] = 20 },
    };
}
