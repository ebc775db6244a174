using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace AgentEval.EndToEnd.Tests.Agents;

/// <summary>A run with <c>execution.captureOutput: false</c>: what an agent says is judged, and lies nowhere afterwards.</summary>
public sealed class WithheldTextsTests : IAsyncLifetime
{
    private const string Word = "xyzzymarker";

    private readonly Workspace _workspace = new();
    private TalkativeAgent _agent = null!;
    private AzuriteServer _storage = null!;
    private AppProcess _app = null!;

    public async Task InitializeAsync()
    {
        _agent = await TalkativeAgent.StartAsync(Word);
        _storage = await AzuriteServer.StartAsync();
        _app = await AppProcess.StartAsync(_workspace, _storage);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _storage.DisposeAsync();
        await _agent.DisposeAsync();
        _workspace.Remove();
    }

    [Fact]
    public async Task Run_OutputsNotCaptured_AreJudgedAndKeptNowhere()
    {
        var withheld = await RunAsync(captureOutput: false, async runId =>
        {
            var live = await Answer.GetAsync(_app.Http, $"/api/runs/{runId}/trials/talks~1/trace?after=0");
            Assert.Contains("agentResponse", live.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Word, live.Body, StringComparison.OrdinalIgnoreCase);
        });

        Assert.Empty(await PlacesInStorageAsync());
        Assert.Empty(await AnswersWithTheWordAsync(withheld.RunId));
        Assert.DoesNotContain(Word, _app.Log, StringComparison.OrdinalIgnoreCase);

        var open = await RunAsync(captureOutput: true, _ => Task.CompletedTask);

        Assert.Equal(await SummaryAsync(open), await SummaryAsync(withheld));
        Assert.Equal((RunStatus.Completed, 2), (open.Status, open.Result!.Metrics.Reproducibility.TrialsReplayed));
        var places = await PlacesInStorageAsync();
        Assert.Contains(places, place => place.StartsWith("blob traces/", StringComparison.Ordinal));
        Assert.Contains(places, place => place.StartsWith("table Trials", StringComparison.Ordinal));
        Assert.Contains(places, place => place.StartsWith("table Violations", StringComparison.Ordinal));
        Assert.All(places, place => Assert.Contains(open.RunId, place, StringComparison.Ordinal));
        Assert.NotEmpty(await AnswersWithTheWordAsync(open.RunId));
    }

    private async Task<RunSnapshot> RunAsync(bool captureOutput, Func<string, Task> amid)
    {
        var release = _agent.Hold();
        var submission = new RunSubmission
        {
            Suite = Suite(),
            Agent = _agent.Spec(),
            Settings = new()
            {
                ["seed"] = 7,
                ["execution"] = new JsonObject { ["captureOutput"] = captureOutput, ["retries"] = 1, ["retryDelaySeconds"] = 0.1, ["maxParallel"] = 2 },
                ["replay"] = new JsonObject { ["fraction"] = 1 },
                ["validators"] = new JsonObject { ["policy"] = new JsonObject { ["bannedTopics"] = new JsonArray("shipped") } },
            },
        };
        var runId = (await _app.Client.CreateRunAsync(submission)).RunId;
        await Patience.UntilAsync("the second turn is asked", () => _agent.Waiting > 0);
        await amid(runId);
        release();
        return await _app.Client.FollowRunAsync(runId).WaitAsync(Patience.Limit);
    }

    /// <summary>The word is said by the agent alone; criteria quote what they find around it.</summary>
    private static JsonObject Suite() => JsonNode.Parse(
        """
        {
          "suite": "talks", "version": "1.0.0",
          "scenarios": [
            {
              "id": "talks",
              "turns": [
                { "user": "Where is it?", "expect": [ { "contains": "nowhere" }, { "toolCalled": "lookup" } ] },
                { "user": "Please wait, and tell me again.", "expect": [ { "contains": "shipped" } ] }
              ],
              "criteria": [
                { "contains": "was shipped" }, { "contains": "absent" }, { "equals": "It was shipped." }, { "regex": "The [a-z]+ was" },
                { "bannedPhrases": ["was shipped"] }, { "similarity": { "to": "The parcel was shipped." }, "threshold": 0.2 }
              ],
              "policy": { "allowedTools": ["lookup"], "requireConfirmationFor": ["lookup"] }
            },
            { "id": "answers", "input": "Where is it?", "expected": "It was shipped to somebody.", "criteria": [ { "contains": "shipped" } ] },
            { "id": "fails", "input": "Please fail.", "criteria": [ { "contains": "shipped" } ] }
          ]
        }
        """)!.AsObject();

    /// <summary>What a run came to, without times, ids of runs and texts.</summary>
    private async Task<string> SummaryAsync(RunSnapshot run)
    {
        var rows = (await Audit.RowsAsync(_app.Client, run.RunId)).OrderBy(row => row.TrialId, StringComparer.Ordinal);
        var violations = (await _app.Client.ListViolationsAsync(run.RunId)).Items.OrderBy(each => each.Id, StringComparer.Ordinal);
        var metrics = run.Result!.Metrics;
        return JsonSerializer.Serialize(
            new
            {
                run.Status,
                run.Result.Verdict,
                Gate = run.Result.GateFailures.Select(failure => (failure.Name, failure.Actual).ToString()),
                metrics.Scenario.Passed,
                metrics.Scenario.Failed,
                metrics.Scenario.Errored,
                metrics.Scenario.AverageScore,
                metrics.Safety,
                metrics.Reproducibility,
                metrics.Performance.InputTokens,
                metrics.Performance.OutputTokens,
                Trials = rows.Select(row => new
                {
                    row.TrialId,
                    row.Status,
                    row.Score,
                    Criteria = row.Criteria.Select(result => new { result.Id, result.Score, result.Passed }),
                    Deviations = row.Deviations.Select(each => new { each.Turn, each.Code }),
                    row.Error?.Code,
                    row.ToolCalls,
                    row.AgentCalls,
                    row.Events,
                    row.Violations,
                }),
                Violations = violations.Select(each => new { each.Id, each.Validator, each.Type, each.Severity, each.Confidence }),
            },
            AgentEvalJson.Indented);
    }

    private async Task<List<string>> AnswersWithTheWordAsync(string runId)
    {
        List<string> paths =
        [
            "/api/runs", "/api/status", $"/api/runs/{runId}", $"/api/runs/{runId}/trials", $"/api/runs/{runId}/violations",
            .. new[] { "json", "markdown", "html", "junit" }.Select(format => $"/api/runs/{runId}/report?format={format}"),
            .. new[] { "talks~1", "answers~1", "fails~1" }.SelectMany(trial => new[] { "", "/trace" }.Select(part => $"/api/runs/{runId}/trials/{trial}{part}")),
        ];
        List<string> found = [];
        foreach (var path in paths)
        {
            using var answer = await _app.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
            if (Holds(await answer.Content.ReadAsByteArrayAsync()))
            {
                found.Add(path);
            }
        }

        return found;
    }

    /// <summary>Every blob, row and message of the account that holds the word.</summary>
    private async Task<List<string>> PlacesInStorageAsync()
    {
        List<string> found = [];
        var blobs = new BlobServiceClient(_storage.ConnectionString);
        await foreach (var container in blobs.GetBlobContainersAsync())
        {
            var client = blobs.GetBlobContainerClient(container.Name);
            await foreach (var blob in client.GetBlobsAsync())
            {
                var content = (await client.GetBlobClient(blob.Name).DownloadContentAsync()).Value.Content;
                found.AddRange(Holds(content.ToArray()) ? [$"blob {container.Name}/{blob.Name}"] : Array.Empty<string>());
            }
        }

        var tables = new TableServiceClient(_storage.ConnectionString);
        await foreach (var table in tables.QueryAsync(filter: (string?)null))
        {
            await foreach (var row in tables.GetTableClient(table.Name).QueryAsync<TableEntity>())
            {
                var held = row.Any(cell => Holds(cell.Value as byte[] ?? Encoding.UTF8.GetBytes($"{cell.Key} {cell.Value}")));
                found.AddRange(held ? [$"table {table.Name} {row.PartitionKey} {row.RowKey}"] : Array.Empty<string>());
            }
        }

        var queues = new QueueServiceClient(_storage.ConnectionString);
        await foreach (var queue in queues.GetQueuesAsync())
        {
            var messages = (await queues.GetQueueClient(queue.Name).PeekMessagesAsync(32)).Value;
            found.AddRange(messages.Where(message => Holds(message.Body.ToArray())).Select(_ => $"queue {queue.Name}"));
        }

        return found;
    }

    /// <summary>In UTF-8 or in UTF-16.</summary>
    private static bool Holds(byte[] bytes) =>
        Encoding.Latin1.GetString(bytes).Replace("\0", "", StringComparison.Ordinal).Contains(Word, StringComparison.OrdinalIgnoreCase);
}
