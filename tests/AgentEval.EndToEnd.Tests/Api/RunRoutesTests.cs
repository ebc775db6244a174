using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>Reading what runs left behind.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class RunRoutesTests(ServedHost served)
{
    private AgentEvalClient Client => served.Host.Client;

    private HttpClient Http => served.Host.Http;

    [Fact]
    public async Task Run_Finished_IsReadThroughEveryRoute()
    {
        const int trials = 9;
        var suite = Questions.Suite(trials, served.Name("routes"));
        suite["scenarios"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "leak",
            ["input"] = "my card is 4111 1111 1111 1111",
            ["criteria"] = new JsonArray(new JsonObject { ["contains"] = "never said" }),
        });
        var run = await Client.CreateAndRunAsync(new RunSubmission { Suite = suite, Agent = served.Agent.Spec(), Labels = new Dictionary<string, string> { ["team"] = "e2e" } });
        var id = run.RunId;

        Assert.Equal((RunStatus.Completed, Verdict.Failed), (run.Status, run.Result!.Verdict));
        Assert.Equal("e2e", run.Result.Labels["team"]);
        await AssertPagesAsync($"/api/runs/{id}/trials", "trialId", trials + 1);
        Assert.Equal("leak~1", Assert.Single((await Client.ListTrialsAsync(id, new TrialQuery { Status = TrialStatus.Failed })).Items).TrialId);
        Assert.Equal("q-003~1", Assert.Single((await Client.ListTrialsAsync(id, new TrialQuery { Scenario = "q-003" })).Items).TrialId);
        await AssertTrialAsync(id);
        await AssertViolationsAsync(id, run.Result.Violations.Total);
        await AssertReportsAsync(id, trials + 1);
    }

    [Fact]
    public async Task List_PagedAndFiltered_GivesEachRunOnceNewestFirst()
    {
        var suite = served.Name("list");
        List<string> made = [];
        for (var number = 0; number < 5; number++)
        {
            made.Add((await Client.CreateAndRunAsync(new RunSubmission { Suite = Questions.Suite(1, suite), Agent = served.Agent.Spec() })).RunId);
        }

        var listed = await AssertPagesAsync($"/api/runs?suite={suite}", "runId", 5);
        Assert.Equal(Enumerable.Reverse(made), listed);
        Assert.Equal(5, (await Client.ListRunsAsync(new RunQuery { Suite = suite, Status = RunStatus.Completed, Agent = "scripted" })).Items.Count);
        Assert.Empty((await Client.ListRunsAsync(new RunQuery { Suite = suite, Status = RunStatus.Failed })).Items);
        Assert.Empty((await Client.ListRunsAsync(new RunQuery { Suite = suite, To = DateTimeOffset.UtcNow.AddDays(-1) })).Items);
        Assert.Equal(5, (await Client.ListRunsAsync(new RunQuery { Suite = suite, From = DateTimeOffset.UtcNow.AddDays(-1) })).Items.Count);
    }

    public static TheoryData<string> BadQueries => new(
        "top=0", "top=1001", "top=many", "status=unknown", "from=yesterday", "to=%00", "cursor=forged", "cursor=bm90IG91cnM=");

    [Theory]
    [MemberData(nameof(BadQueries))]
    public async Task List_BadQuery_SaysWhichParameter(string query)
    {
        var answer = (await Answer.GetAsync(Http, $"/api/runs?{query}")).AssertProblem(HttpStatusCode.BadRequest);

        Assert.Equal(query[..query.IndexOf('=', StringComparison.Ordinal)], answer.Problems.Single().Path);
    }

    [Fact]
    public async Task List_BadQueries_AreToldTogether() => Assert.Equal(
        ["status", "top"],
        (await Answer.GetAsync(Http, "/api/runs?top=-1&status=x")).AssertProblem(HttpStatusCode.BadRequest).Problems.Select(problem => problem.Path).Order());

    public static TheoryData<string> UnknownRuns => new(
        "nothing", "0000000000-00000000", "..", "%2e%2e%2fsuites", "a%2Fb", "'%20or%20'1'%20eq%20'1", "%F0%9F%92%A9", new string('x', 3_000));

    [Theory]
    [MemberData(nameof(UnknownRuns))]
    public async Task Run_Unknown_IsNotFoundOnEveryRoute(string id)
    {
        foreach (var route in (string[])["", "/trials", "/trials/q~1", "/trials/q~1/trace", "/violations", "/report"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Answer.GetAsync(Http, $"/api/runs/{id}{route}")).Status);
        }

        foreach (var order in (string[])["start", "cancel", "pause", "resume"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Answer.SendAsync(Http, HttpMethod.Post, $"/api/runs/{id}/{order}")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Answer.SendAsync(Http, HttpMethod.Delete, $"/api/runs/{id}")).Status);
    }

    [Fact]
    public async Task Trial_Unknown_IsNotFound()
    {
        var run = await Client.CreateAndRunAsync(new RunSubmission { Suite = Questions.Suite(1), Agent = served.Agent.Spec() });

        foreach (var trial in (string[])["q-001", "q-001~2", "q-001~0", "q-001~99999999999", "none~1", "~", "%2e%2e%2frun~1", "q-001~1%2F..%2Fx", "q-001~1~x", new string('x', 2_000) + "~1"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Answer.GetAsync(Http, $"/api/runs/{run.RunId}/trials/{trial}")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await Answer.GetAsync(Http, $"/api/runs/{run.RunId}/trials/{trial}/trace")).Status);
        }
    }

    private async Task AssertTrialAsync(string id)
    {
        var trial = await Client.GetTrialAsync(id, "q-001~1");
        Assert.Equal("You asked: question 001", trial.Output);
        Assert.Equal("question 001", (string?)trial.Input);
        Assert.Equal((1.0, TrialStatus.Passed, 1), (trial.Score, trial.Status, trial.AgentCalls));
        Assert.Equal("You asked: question 001", (string?)trial.RawResponse!["reply"]);

        var whole = (await Answer.GetAsync(Http, $"/api/runs/{id}/trials/q-001~1/trace")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rest = (await Answer.GetAsync(Http, $"/api/runs/{id}/trials/q-001~1/trace?after=2")).Body.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(trial.Events, whole.Length);
        Assert.Equal(whole[2..], rest);
        Assert.Equal("", (await Answer.GetAsync(Http, $"/api/runs/{id}/trials/q-001~1/trace?after=2147483647")).Body);
        (await Answer.GetAsync(Http, $"/api/runs/{id}/trials/q-001~1/trace?after=-1")).AssertProblem(HttpStatusCode.BadRequest);
    }

    private async Task AssertViolationsAsync(string id, int total)
    {
        Assert.True(total > 0);
        await AssertPagesAsync($"/api/runs/{id}/violations", "id", total);
        var cards = await Client.ListViolationsAsync(id, new ViolationQuery { Validator = "pii", Type = "CREDIT_CARD" });
        Assert.NotEmpty(cards.Items);
        Assert.All(cards.Items, card => Assert.Equal(("leak~1", false), (card.TrialId, card.Evidence.Contains("1111 1111", StringComparison.Ordinal))));
        Assert.Empty((await Client.ListViolationsAsync(id, new ViolationQuery { Type = "NO_SUCH" })).Items);
        (await Answer.GetAsync(Http, $"/api/runs/{id}/violations?severity=terrible")).AssertProblem(HttpStatusCode.BadRequest);
    }

    private async Task AssertReportsAsync(string id, int trials)
    {
        var json = JsonNode.Parse(await Client.GetReportAsync(id, ReportFormat.Json))!;
        Assert.Equal((id, trials), ((string?)json["runId"], (int)json["metrics"]!["scenario"]!["totalTrials"]!));
        Assert.Equal(trials, XDocument.Parse(Encoding.UTF8.GetString(await Client.GetReportAsync(id, ReportFormat.Junit))).Descendants("testcase").Count());
        Assert.Contains(id, Encoding.UTF8.GetString(await Client.GetReportAsync(id, ReportFormat.Markdown)), StringComparison.Ordinal);
        Assert.Contains(id, Encoding.UTF8.GetString(await Client.GetReportAsync(id, ReportFormat.Html)), StringComparison.Ordinal);
        (await Answer.GetAsync(Http, $"/api/runs/{id}/report?format=pdf")).AssertProblem(HttpStatusCode.BadRequest);
        foreach (var (format, type) in (List<(string, string)>)[("", "application/json"), ("?format=html", "text/html"), ("?format=markdown", "text/markdown"), ("?format=junit", "application/xml")])
        {
            Assert.Equal(type, (await Answer.GetAsync(Http, $"/api/runs/{id}/report{format}")).MediaType);
        }
    }

    /// <summary>Goes through a list, two rows at a time.</summary>
    private async Task<IReadOnlyList<string>> AssertPagesAsync(string route, string key, int count)
    {
        List<string> ids = [];
        string? cursor = null;
        do
        {
            var separator = route.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = (await Answer.GetAsync(Http, $"{route}{separator}top=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            Assert.InRange(page["items"]!.AsArray().Count, 0, 2);
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item![key]!));
            cursor = (string?)page["cursor"];
        }
        while (cursor is not null);
        Assert.Equal(count, ids.Distinct().Count());
        Assert.Equal(count, ids.Count);
        return ids;
    }
}
