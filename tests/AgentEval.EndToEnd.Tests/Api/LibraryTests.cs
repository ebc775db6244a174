using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>Stored suites, agents and schedules.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class LibraryTests(ServedHost served)
{
    private AgentEvalClient Client => served.Host.Client;

    private HttpClient Http => served.Host.Http;

    [Fact]
    public async Task Suite_StoredReadRunAndDeleted_KeepsItsVersions()
    {
        var name = served.Name("suite");
        var first = Questions.Suite(2, name);
        var second = Questions.Suite(3, name);
        second["version"] = "2.0.0";

        Assert.Equal((name, "1.0.0", 2), Told(await Client.PutSuiteAsync(name, first)));
        Assert.Equal((name, "1.0.0", 2), Told(await Client.PutSuiteAsync(name, first, "1.0.0")));
        Assert.Equal((name, "2.0.0", 3), Told(await Client.PutSuiteAsync(name, second, "2.0.0")));
        Assert.Equal(["1.0.0", "2.0.0"], (await Client.ListSuitesAsync()).Items.Where(item => item.Name == name).Select(item => item.Version).Order());
        Assert.Equal("2.0.0", (string?)(await Client.GetSuiteAsync(name))["version"]);
        Assert.True(JsonNode.DeepEquals(first, await Client.GetSuiteAsync(name, "1.0.0")));
        Assert.Equal(2, await TrialsOfAsync($"{name}@1.0.0"));
        Assert.Equal(3, await TrialsOfAsync(name));

        await Client.DeleteSuiteAsync(name, "2.0.0");
        Assert.Equal("1.0.0", (string?)(await Client.GetSuiteAsync(name))["version"]);
        await Client.DeleteSuiteAsync(name);
        await AssertGoneAsync($"/api/suites/{name}");
        await AssertGoneAsync($"/api/suites/{name}/versions/1.0.0");
    }

    [Fact]
    public async Task Suite_StoredVersionWithOtherContent_IsAConflict()
    {
        var name = served.Name("suite");
        await Client.PutSuiteAsync(name, Questions.Suite(1, name));

        (await PutAsync($"/api/suites/{name}", Questions.Suite(2, name))).AssertProblem(HttpStatusCode.Conflict);
        (await PutAsync("/api/suites/other-name", Questions.Suite(2, name))).AssertProblem(HttpStatusCode.BadRequest);
        (await PutAsync($"/api/suites/{name}/versions/9.9", Questions.Suite(2, name))).AssertProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Suite_AsYaml_IsStored()
    {
        var name = served.Name("yaml");
        using StringContent yaml = new($"suite: {name}\nversion: \"1\"\nscenarios:\n  - id: a\n    input: hello\n    criteria: [ {{ contains: hello }} ]\n", Encoding.UTF8, "application/yaml");

        Assert.Equal(HttpStatusCode.OK, (await Answer.SendAsync(Http, HttpMethod.Put, $"/api/suites/{name}", yaml)).Status);
        Assert.Equal("hello", (string?)(await Client.GetSuiteAsync(name))["scenarios"]![0]!["input"]);
    }

    [Fact]
    public async Task Suite_Validated_TellsEverythingAndStoresNothing()
    {
        var name = served.Name("suite");
        var good = await Client.ValidateSuiteAsync(Questions.Suite(1, name));
        var broken = Questions.Suite(2, name);
        broken["scenarios"]![0]!["inptu"] = "x";
        broken["scenarios"]![1]!["id"] = "with space";
        var bad = await Client.ValidateSuiteAsync(broken);

        Assert.True(good.IsValid);
        Assert.False(bad.IsValid);
        Assert.Equal(["scenarios[0].inptu", "scenarios[1].id"], bad.Errors.Select(problem => problem.Path).Order());
        await AssertGoneAsync($"/api/suites/{name}");
    }

    [Fact]
    public async Task Agent_StoredReadUsedAndDeleted()
    {
        var name = served.Name("agent");
        var spec = served.Agent.Spec();
        spec["agent"] = name;

        Assert.Equal((name, "http"), ((await Client.PutAgentAsync(name, spec)).Name, (await Client.PutAgentAsync(name, spec)).Type));
        Assert.True(JsonNode.DeepEquals(spec, await Client.GetAgentAsync(name)));
        Assert.Contains((await Client.ListAgentsAsync()).Items, item => item.Name == name);
        Assert.Equal(Verdict.Passed, (await Client.CreateAndRunAsync(new RunSubmission { Suite = Questions.Suite(1), Agent = name })).Result!.Verdict);
        (await PutAsync("/api/agents/another", spec)).AssertProblem(HttpStatusCode.BadRequest);
        spec["auth"] = new JsonObject { ["type"] = "bearer", ["secretRef"] = "env:PATH" };
        await PutAsync($"/api/agents/{name}", spec);
        var refused = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/runs", new JsonObject { ["suite"] = Questions.Suite(1), ["agent"] = name });
        Assert.Equal(("agent.auth.secretRef", "secretNotAllowed"), refused.AssertProblem(HttpStatusCode.UnprocessableEntity).Problems.Single());

        await Client.DeleteAgentAsync(name);
        await AssertGoneAsync($"/api/agents/{name}");
    }

    [Fact]
    public async Task Schedule_StoredReadAndDeleted()
    {
        var name = served.Name("schedule");
        JsonObject schedule = new()
        {
            ["cron"] = "0 3 * * 1-5",
            ["timeZone"] = "Europe/Berlin",
            ["enabled"] = false,
            ["run"] = new JsonObject { ["suite"] = Questions.Suite(1), ["agent"] = served.Agent.Spec() },
        };

        Assert.Equal(HttpStatusCode.OK, (await PutAsync($"/api/schedules/{name}", schedule)).Status);
        Assert.True(JsonNode.DeepEquals(schedule, (await Answer.GetAsync(Http, $"/api/schedules/{name}")).Json["schedule"]));
        Assert.Contains((await Answer.GetAsync(Http, "/api/schedules")).Json["items"]!.AsArray(), item => (string?)item!["name"] == name);
        Assert.Equal(HttpStatusCode.NoContent, (await Answer.SendAsync(Http, HttpMethod.Delete, $"/api/schedules/{name}")).Status);
        await AssertGoneAsync($"/api/schedules/{name}");
    }

    [Fact]
    public async Task Schedule_Wrong_SaysEverything()
    {
        JsonObject schedule = new() { ["cron"] = "61 * * * *", ["timeZone"] = "Mars/Olympus", ["catchUp"] = "twice", ["run"] = new JsonObject { ["suite"] = "x" }, ["enabeld"] = true };

        var paths = (await PutAsync($"/api/schedules/{served.Name("schedule")}", schedule)).AssertProblem(HttpStatusCode.BadRequest).Problems.Select(problem => problem.Path);

        Assert.Equal(["catchUp", "cron", "enabeld", "run.agent", "timeZone"], paths.Order());
    }

    [Theory]
    [InlineData("suites/a%2Fb")]
    [InlineData("suites/%00")]
    [InlineData("suites/..%2f..%2fruns")]
    [InlineData("agents/a%20b")]
    [InlineData("agents/%F0%9F%92%A9")]
    [InlineData("schedules/%23")]
    [InlineData("suites/x/versions/%3F")]
    public async Task Name_ThatNothingCanHave_IsRefused(string route)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete])
        {
            Assert.Contains((await Answer.SendAsync(Http, method, $"/api/{route}")).Status, (HttpStatusCode[])[HttpStatusCode.BadRequest, HttpStatusCode.NotFound]);
        }
    }

    private async Task<int> TrialsOfAsync(string suite) =>
        (await Client.CreateAndRunAsync(new RunSubmission { Suite = suite, Agent = served.Agent.Spec() })).Result!.Metrics.Scenario.TotalTrials;

    private async Task AssertGoneAsync(string route)
    {
        (await Answer.GetAsync(Http, route)).AssertProblem(HttpStatusCode.NotFound);
        (await Answer.SendAsync(Http, HttpMethod.Delete, route)).AssertProblem(HttpStatusCode.NotFound);
    }

    private Task<Answer> PutAsync(string route, JsonObject body) => Answer.SendJsonAsync(Http, HttpMethod.Put, route, body);

    private static (string, string, int) Told(Core.Api.SuiteListItem item) => (item.Name, item.Version, item.Scenarios);
}
