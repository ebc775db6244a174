using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>What <c>POST /runs</c> takes, and how it says what it does not.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class SubmissionTests(ServedHost served)
{
    private HttpClient Http => served.Host.Http;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Post_OtherMediaType_IsUnsupported(string type) =>
        (await PostAsync("{}"u8.ToArray(), type)).AssertProblem(HttpStatusCode.UnsupportedMediaType);

    [Fact]
    public async Task Post_Chunked_NeedsALength()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/runs") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.LengthRequired, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Post_OverAMegabyte_IsTooLarge() =>
        (await PostAsync(Encoding.UTF8.GetBytes($"{{\"suite\":\"{new string('x', 1_000_000)}\"}}"))).AssertProblem(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task Put_SuiteOverTenMegabytes_IsTooLarge()
    {
        using ByteArrayContent body = new(new byte[10_000_001]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await Answer.SendAsync(Http, HttpMethod.Put, "/api/suites/large", body)).AssertProblem(HttpStatusCode.RequestEntityTooLarge);
    }

    public static TheoryData<string> BadBodies => new(
        "", " ", "null", "[]", "\"text\"", "42", "{", "{}}", "{\"suite\":}", "{'suite': 'x'}",
        "{\"suite\":\"x\",\"suite\":\"y\",\"agent\":\"z\"}",
        new string('[', 100_000),
        string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000),
        "{\"suite\":\"x\",\"agent\":\"y\",\"epochs\":1e999}",
        "{\"suite\":\"x\",\"agent\":\"y\",\"epochs\":99999999999999999999999999}",
        "{\"suite\":\"x\",\"agent\":\"y\",\"execution\":{\"timeoutSeconds\":-1e308}}",
        "{\"suite\":\"x\",\"agent\":\"y\",\"seed\":1.5}",
        "{\"suite\":\"x\",\"agent\":\"y\",\"gate\":{\"minPassRate\":2}}",
        "{\"suite\":\"../../etc/passwd\",\"agent\":\"y\"}",
        "{\"suite\":\"a\\u0000b\",\"agent\":\"y\"}",
        "{\"suite\":\"\\ud800\",\"agent\":\"y\"}",
        "{\"suite\":7,\"agent\":[]}");

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Post_BadBody_SaysWhatIsWrong(string body)
    {
        foreach (var route in (string[])["/api/runs", "/api/batches", "/api/purge"])
        {
            var answer = await PostAsync(Encoding.UTF8.GetBytes(body), route: route);
            Assert.NotEmpty(answer.AssertProblem(HttpStatusCode.BadRequest).Problems);
        }

        var validated = await PostAsync(Encoding.UTF8.GetBytes(body), route: "/api/runs/validate");
        Assert.True(validated.Status == HttpStatusCode.BadRequest || (validated.Status == HttpStatusCode.OK && !(bool)validated.Json["isValid"]!), validated.ToString());
    }

    [Fact]
    public async Task Post_NotUtf8_SaysWhere()
    {
        var answer = (await PostAsync([(byte)'{', 0xFF, 0xFE, (byte)'}'])).AssertProblem(HttpStatusCode.BadRequest);

        Assert.Contains("position 1", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_UnknownKeys_AreAllNamedWithTheNearestKnown()
    {
        var body = Request();
        body["sede"] = 1;
        body["execution"] = new JsonObject { ["maxParalel"] = 4 };

        var answer = (await SubmitAsync(body)).AssertProblem(HttpStatusCode.BadRequest);

        Assert.Equal([("execution.maxParalel", "unknownKey"), ("sede", "unknownKey")], answer.Problems.Order());
        Assert.Contains("maxParallel", answer.Body, StringComparison.Ordinal);
        Assert.Contains("'seed'", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_UnknownNames_IsRefusedWithEveryCheck()
    {
        var answer = (await SubmitAsync(new JsonObject { ["suite"] = "nobody-stored-this", ["agent"] = "nor-this" })).AssertProblem(HttpStatusCode.UnprocessableEntity);

        Assert.Equal([("agent", "notFound"), ("suite", "notFound")], answer.Problems.Order());
        Assert.Equal("error", (string?)answer.Json["checks"]!["suite"]);
        Assert.Equal("error", (string?)answer.Json["checks"]!["agent"]);
        Assert.Equal("skipped", (string?)answer.Json["checks"]!["trial_duration"]);
    }

    [Fact]
    public async Task Post_CyclicDependencies_NamesTheCycle()
    {
        var body = Request(3);
        var scenarios = body["suite"]!["scenarios"]!.AsArray();
        scenarios[0]!["dependsOn"] = new JsonArray("q-003");
        scenarios[1]!["dependsOn"] = new JsonArray("q-001");
        scenarios[2]!["dependsOn"] = new JsonArray("q-002");

        var answer = (await SubmitAsync(body)).AssertProblem(HttpStatusCode.BadRequest);

        Assert.Contains(answer.Problems, problem => problem.Code == "cycle");
    }

    [Fact]
    public async Task Post_LiteralSecret_IsRefusedAndNotRepeated()
    {
        var body = Request();
        body["agent"]!["headers"] = new JsonObject { ["Authorization"] = "Bearer sk-live-0123456789abcdef" };

        var answer = (await SubmitAsync(body)).AssertProblem(HttpStatusCode.BadRequest);

        Assert.DoesNotContain("0123456789abcdef", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TrialLongerThanTheHostAllows_IsRefused()
    {
        var body = Request();
        body["execution"] = new JsonObject { ["timeoutSeconds"] = 7_200 };

        Assert.Equal("error", (string?)(await SubmitAsync(body)).AssertProblem(HttpStatusCode.UnprocessableEntity).Json["checks"]!["trial_duration"]);
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_SameBodyIsTheSameRunAnotherBodyAConflict()
    {
        var key = ("Idempotency-Key", served.Name("key"));
        var body = Request();

        var first = await SubmitAsync(body, key);
        var again = await SubmitAsync(body, key);
        body["seed"] = 7;
        var other = await SubmitAsync(body, key);

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal((string?)first.Json["runId"], (string?)again.Json["runId"]);
        other.AssertProblem(HttpStatusCode.Conflict);
        (await SubmitAsync(body, ("Idempotency-Key", new string('k', 201)))).AssertProblem(HttpStatusCode.BadRequest);
        await served.Host.Client.FollowRunAsync((string)first.Json["runId"]!).WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Post_Good_IsAcceptedWithItsPlace()
    {
        var answer = await SubmitAsync(Request());

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var runId = (string)answer.Json["runId"]!;
        Assert.Equal($"/api/runs/{runId}", answer.Headers["Location"]);
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal($"/api/runs/{runId}", (string?)answer.Json["links"]!["self"]);
        await served.Host.Client.FollowRunAsync(runId).WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task Validate_GoodAndBad_QueuesNothing()
    {
        var before = await Answer.GetAsync(Http, "/api/runs?top=1");

        var good = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/runs/validate", Request());
        var bad = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/runs/validate", new JsonObject { ["suite"] = "nobody-stored-this", ["agent"] = "nor-this" });

        Assert.True((bool)good.Json["isValid"]!, good.Body);
        Assert.All((string[])["required_fields", "suite", "agent", "config_valid", "trial_duration"], check => Assert.Equal("ok", (string?)good.Json["checks"]![check]));
        Assert.False((bool)bad.Json["isValid"]!);
        Assert.Equal(before.Body, (await Answer.GetAsync(Http, "/api/runs?top=1")).Body);
    }

    private JsonObject Request(int questions = 1) => new() { ["suite"] = Questions.Suite(questions), ["agent"] = served.Agent.Spec() };

    private Task<Answer> SubmitAsync(JsonObject body, params (string Name, string Value)[] headers) =>
        Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/runs", body, headers);

    private async Task<Answer> PostAsync(byte[] body, string type = "application/json", string route = "/api/runs")
    {
        using ByteArrayContent content = new(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await Answer.SendAsync(Http, HttpMethod.Post, route, content);
    }
}
