using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Agents;

/// <summary>Agents that do everything wrong: their trials say what, and the run ends as ever.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class BadAgentTests(ServedHost served)
{
    [Theory]
    [InlineData("dead", TrialStatus.Error, "No connection to", true)]
    [InlineData("html", TrialStatus.Error, "not JSON", false)]
    [InlineData("broken", TrialStatus.Error, "500", true)]
    [InlineData("hang", TrialStatus.Timeout, "did not answer in 1 s", true)]
    [InlineData("cut", TrialStatus.Error, "broke before the answer was complete", true)]
    public async Task Agent_Misbehaves_IsTheTroubleOfItsTrials(string behaviour, TrialStatus status, string message, bool retried)
    {
        const int trials = 3;
        var turnTimeout = behaviour == "hang" ? 1 : 60; // On a busy machine ten megabytes take a second.
        var client = served.Host.Client;
        RunSubmission submission = new()
        {
            Suite = Questions.Suite(trials),
            Agent = behaviour == "dead" ? Dead() : served.Agent.Spec(route: behaviour),
            Settings = new() { ["execution"] = new JsonObject { ["turnTimeoutSeconds"] = turnTimeout, ["retries"] = 1, ["retryDelaySeconds"] = 0.1 } },
        };

        var run = await client.CreateAndRunAsync(submission).WaitAsync(Patience.Limit);

        Assert.Equal((RunStatus.Completed, Verdict.Inconclusive), (run.Status, run.Result!.Verdict));
        var metrics = run.Result.Metrics.Scenario;
        Assert.Equal(status == TrialStatus.Error ? (trials, 0) : (0, trials), (metrics.Errored, metrics.TimedOut));
        Assert.Null(metrics.AverageScore);
        var rows = await Audit.RowsAsync(client, run.RunId);
        Assert.Equal(trials, rows.Count);
        foreach (var row in rows)
        {
            Assert.Equal(status, row.Status);
            Assert.Null(row.Score);
            Assert.Contains(message, row.Error!.Message, StringComparison.Ordinal);
            var trace = (await Answer.GetAsync(served.Host.Http, $"/api/runs/{run.RunId}/trials/{row.TrialId}/trace")).Body;
            Assert.Equal(retried, trace.Contains("\"type\":\"retry\"", StringComparison.Ordinal)); // A wrong answer is a result, which asking again would not mend.
        }

        foreach (var route in (string[])["", "/trials", "/trials/q-001~1", "/report?format=json", "/report?format=junit", "/report?format=html", "/report?format=markdown"])
        {
            Assert.DoesNotContain("   at ", (await Answer.GetAsync(served.Host.Http, $"/api/runs/{run.RunId}{route}")).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Agent_Floods_IsCutAtTheLimitMarkedAndNotAskedAgain()
    {
        RunSubmission submission = new()
        {
            Suite = Questions.Suite(3),
            Agent = served.Agent.Spec(route: "flood"),
            Settings = new() { ["execution"] = new JsonObject { ["turnTimeoutSeconds"] = 60, ["retries"] = 1, ["retryDelaySeconds"] = 0.1 } },
        };

        var run = await served.Host.Client.CreateAndRunAsync(submission).WaitAsync(Patience.Limit);

        Assert.Equal((RunStatus.Completed, 0, 0), (run.Status, run.Result!.Metrics.Scenario.Errored, run.Result.Metrics.Scenario.TimedOut));
        var rows = await Audit.RowsAsync(served.Host.Client, run.RunId);
        Assert.Equal(3, rows.Count);
        foreach (var row in rows)
        {
            Assert.Null(row.Error);
            Assert.NotNull(row.Score);
            Assert.Equal((new string('x', row.Output!.Length), true), (row.Output, row.OutputTruncated));
            Assert.InRange(row.Output.Length, 1, 51_200);
            var trace = (await Answer.GetAsync(served.Host.Http, $"/api/runs/{run.RunId}/trials/{row.TrialId}/trace")).Body;
            Assert.DoesNotContain("\"type\":\"retry\"", trace, StringComparison.Ordinal);
        }
    }

    private JsonObject Dead()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        var spec = served.Agent.Spec();
        spec["url"] = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/chat";
        return spec;
    }
}
