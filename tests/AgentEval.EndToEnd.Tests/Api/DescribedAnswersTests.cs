using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>What the service really answers, against the shapes that <c>/api/openapi.json</c> gives for it.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class DescribedAnswersTests(ServedHost served)
{
    private AgentEvalClient Client => served.Host.Client;

    private HttpClient Http => served.Host.Http;

    [Fact]
    public async Task Answer_OfEveryReadingRoute_HasTheShapeDescribed()
    {
        var places = await MakeThingsAsync();
        var document = (await Answer.GetAsync(Http, "/api/openapi.json")).Json.AsObject();
        var asked = 0;
        foreach (var (path, item) in document["paths"]!.AsObject().Where(path => path.Value!["get"]?["responses"]!["200"] is not null))
        {
            foreach (var answer in await ReadAsync(Fill(path, places)))
            {
                AssertShape(document, item!["get"]!["responses"]!["200"]!, answer, path);
                asked++;
            }
        }

        Assert.InRange(asked, 20, 100);
    }

    [Fact]
    public async Task Run_WhileItWaitsAndWhenItHasFinished_HasTheShapesDescribed()
    {
        var document = (await Answer.GetAsync(Http, "/api/openapi.json")).Json.AsObject();
        var submission = new RunSubmission { Suite = Questions.Suite(1, served.Name("shape")), Agent = served.Agent.Spec() };

        var created = await Client.CreateRunAsync(submission, new SubmitOptions { Start = false });
        var waiting = await Answer.GetAsync(Http, $"/api/runs/{created.RunId}");
        var finished = await Answer.GetAsync(Http, $"/api/runs/{(await Client.CreateAndRunAsync(submission)).RunId}");

        Assert.Empty(Errors(document, Component("RunView"), waiting.Json));
        Assert.Empty(Errors(document, Component("FinishedRun"), finished.Json));
        Assert.NotEmpty(Errors(document, Component("FinishedRun"), waiting.Json));
        var deleted = await Answer.SendAsync(Http, HttpMethod.Delete, $"/api/runs/{created.RunId}");
        AssertShape(document, document["paths"]!["/runs/{id}"]!["delete"]!["responses"]!["202"]!, deleted, "/runs/{id}");
    }

    [Fact]
    public async Task Problem_OfEveryKind_HasTheShapeDescribed()
    {
        var document = (await Answer.GetAsync(Http, "/api/openapi.json")).Json.AsObject();
        JsonObject refused = new() { ["suite"] = served.Name("missing"), ["agent"] = served.Name("missing") };

        foreach (var answer in new[]
        {
            await Answer.GetAsync(Http, "/api/runs?top=0"),
            await Answer.GetAsync(Http, "/api/runs/nothing"),
            await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/runs", refused),
        })
        {
            Assert.Equal("application/problem+json", answer.MediaType);
            Assert.Empty(Errors(document, Component("ApiProblem"), answer.Json));
        }
    }

    private static JsonObject Component(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };


    private static string Fill(string path, IReadOnlyDictionary<string, string> places) =>
        places.Aggregate(path, (filled, place) => filled.Replace(place.Key, place.Value, StringComparison.Ordinal));

    /// <summary>A shape of the document, with what it refers to.</summary>
    private static IEnumerable<string> Errors(JsonObject document, JsonNode shape, JsonNode? instance)
    {
        var problems = new ProblemList();
        var whole = shape.DeepClone().AsObject();
        whole["components"] = document["components"]!.DeepClone();
        var schema = JsonSchema.Read(whole, "", problems);
        Assert.False(problems.HasErrors, string.Join('\n', problems.Errors));
        return schema!.Validate(instance).Select(error => error.ToString()!);
    }

    private static void AssertShape(JsonObject document, JsonNode described, Answer answer, string path)
    {
        var contents = described["content"]!.AsObject();
        Assert.True(contents.ContainsKey(answer.MediaType!), $"{path}: {answer.MediaType}");
        var shape = contents[answer.MediaType!]!["schema"]!;
        var instances = answer.MediaType switch
        {
            "application/x-ndjson" => answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)),
            var type when type!.EndsWith("json", StringComparison.Ordinal) => [answer.Json],
            _ => [JsonValue.Create(answer.Body)],
        };
        Assert.NotEmpty(instances);
        Assert.All(instances, instance => Assert.True(!Errors(document, shape, instance).Any(), $"{path}: {string.Join('\n', Errors(document, shape, instance))}\n{answer}"));
    }

    /// <summary>A report in every format; anything else once.</summary>
    private async Task<IReadOnlyList<Answer>> ReadAsync(string path)
    {
        string[] queries = path.EndsWith("/report", StringComparison.Ordinal) ? ["?format=json", "?format=markdown", "?format=junit", "?format=html"] : [""];
        List<Answer> answers = [];
        foreach (var query in queries)
        {
            answers.Add(await Answer.GetAsync(Http, $"/api{path}{query}"));
            Assert.True((int)answers[^1].Status == 200, $"{path}: {answers[^1]}");
        }

        return answers;
    }

    /// <summary>One of each thing the routes read; by the place of the route that takes it.</summary>
    private async Task<IReadOnlyDictionary<string, string>> MakeThingsAsync()
    {
        var (suite, agent, schedule) = (served.Name("shapes"), served.Name("shapes"), served.Name("shapes"));
        var file = Questions.Suite(2, suite);
        file["scenarios"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "leak",
            ["input"] = "my card is 4111 1111 1111 1111",
            ["criteria"] = new JsonArray(new JsonObject { ["contains"] = "never said" }),
        });
        var spec = served.Agent.Spec().DeepClone().AsObject();
        spec["agent"] = agent;
        var request = new JsonObject { ["suite"] = suite, ["agent"] = agent };
        await PutAsync($"/api/suites/{suite}", file);
        await PutAsync($"/api/agents/{agent}", spec);
        await PutAsync($"/api/schedules/{schedule}", new JsonObject { ["cron"] = "0 6 1 1 *", ["run"] = request.DeepClone() });
        var run = await Client.CreateAndRunAsync(new RunSubmission { Suite = suite, Agent = agent });
        Assert.Equal(RunStatus.Completed, run.Status);
        var batch = await Answer.SendJsonAsync(Http, HttpMethod.Post, "/api/batches", new JsonObject { ["runs"] = new JsonArray(new JsonObject()) });
        return new Dictionary<string, string>
        {
            ["/batches/{id}"] = $"/batches/{(string)batch.Json["batchId"]!}",
            ["/suites/{name}"] = $"/suites/{suite}",
            ["/agents/{name}"] = $"/agents/{agent}",
            ["/schedules/{name}"] = $"/schedules/{schedule}",
            ["{id}"] = run.RunId,
            ["{trialId}"] = "leak~1",
            ["{version}"] = (string)file["version"]!,
            ["{file}"] = "suite.json",
        };
    }

    private async Task PutAsync(string route, JsonNode body)
    {
        var answer = await Answer.SendJsonAsync(Http, HttpMethod.Put, route, body);
        Assert.True((int)answer.Status == 200, $"{route}: {answer}");
    }
}
