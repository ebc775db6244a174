using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Runs;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Triggers.OpenApi;

/// <summary>The document against the functions: what it says they take is what they take, what it says they answer is what they answer.</summary>
[Collection(WholeAccountCollection.Name)]
public sealed class RouteAnswersTests(WholeAccount account) : IAsyncLifetime
{
    private static readonly string[] MediaTypes =
        ["application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/xml", "text/plain", "text/json", "application/octet-stream", ""];

    private readonly HashSet<(string Operation, int Status)> _seen = [];
    private AppBench _bench = null!;
    private ApiDescription _api = null!;
    private DescribedApp _app = null!;

    public async Task InitializeAsync()
    {
        _bench = await account.OpenAsync(new ManualTimeProvider());
        _api = await ApiDescription.BuildAsync();
        _app = new DescribedApp(_bench, _seen);
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task QueryAndBody_AreReadWhereTheyAreDescribedOnly()
    {
        foreach (var operation in _api.Operations)
        {
            var request = DescribedApp.Request(operation);
            await _app.CallAsync(operation, request);

            Assert.Equal(operation.Query.Select(parameter => parameter.Name).Order(), request.Asked.Order());
            Assert.True(operation.BodyTypes.Count > 0 == request.Body.Position > 0, $"{operation}: {request.Body.Position} bytes were read");
        }
    }

    [Fact]
    public async Task Query_Every_TakesWhatItsShapeAllows()
    {
        foreach (var (operation, parameter) in _api.Operations.SelectMany(operation => operation.Query, (operation, parameter) => (operation, parameter)))
        {
            foreach (var value in Allowed(parameter))
            {
                var response = await _app.CallAsync(operation, DescribedApp.Request(operation, $"{parameter.Name}={Uri.EscapeDataString(value)}"));
                Assert.True((int)response.StatusCode != 400, $"{operation} {parameter.Name}={value}: {response.Text()}");
            }
        }
    }

    [Fact]
    public async Task Query_Every_RefusesWhatItsShapeDoesNot() => Assert.InRange(await SendForbiddenAsync(), 30, 1_000);

    [Fact]
    public async Task Body_Every_HasTheTypesDescribed()
    {
        foreach (var operation in _api.Operations.Where(operation => operation.BodyTypes.Count > 0))
        {
            Assert.All(operation.BodyTypes, type => Assert.Contains(type, MediaTypes));
            foreach (var type in MediaTypes)
            {
                var status = (int)(await _app.CallAsync(operation, Body(operation, "[]"u8, type))).StatusCode;
                Assert.True(operation.BodyTypes.Contains(type) == (status != 415), $"{operation} {type}: {status}");
            }
        }
    }

    [Fact]
    public async Task Header_IdempotencyKey_IsAsLongAsDescribed()
    {
        var described = _api.Operations.Where(operation => operation.Parameters.Any(parameter => parameter.Name == "Idempotency-Key")).ToList();

        Assert.Equal(["submitBatch", "submitRun"], described.Select(operation => operation.Id).Order());
        foreach (var operation in described)
        {
            var longest = (int)operation.Parameters.Single(parameter => parameter.Name == "Idempotency-Key").Schema["maxLength"]!;
            Assert.Equal(202, (int)(await _app.CallAsync(operation, WithKey(operation, new string('k', longest)))).StatusCode);
            Assert.Equal(400, (int)(await _app.CallAsync(operation, WithKey(operation, new string('k', longest + 1)))).StatusCode);
        }
    }

    [Fact]
    public async Task Header_Initiator_TakesTheWordsDescribed()
    {
        var operation = _api.Operation("submitRun");
        foreach (var word in Words(operation.Parameters.Single(parameter => parameter.Name == "X-AgentEval-Initiator").Schema))
        {
            var response = await _app.CallAsync(operation, DescribedApp.Request(operation).With("X-AgentEval-Initiator", word));

            Assert.Equal(word, (await _bench.RowAsync((string)response.Json()["runId"]!)).InitiatedBy);
        }
    }

    /// <summary>Purges and schedules take their bodies by the bounds and names described.</summary>
    [Theory]
    [InlineData("purgeRuns", "PurgeRule")]
    [InlineData("putSchedule", "ScheduleFile")]
    [InlineData("submitBatch", "BatchFile")]
    public async Task Body_OfNoFile_TakesTheMembersDescribed(string id, string component)
    {
        var operation = _api.Operation(id);
        var shape = _api.Find($"#/components/schemas/{component}")!.AsObject();
        var (members, required) = (shape["properties"]!.AsObject(), (shape["required"]?.AsArray() ?? []).Select(name => (string)name!).ToList());
        var sound = DescribedApp.BodyOf(operation);

        Assert.All(sound, member => Assert.True(members.ContainsKey(member.Key)));
        Assert.Equal(400, await SendAsync(operation, With(sound, "more", 1)));
        foreach (var name in required)
        {
            Assert.Equal(400, await SendAsync(operation, Without(sound, name)));
        }

        foreach (var (name, member) in members)
        {
            var body = (int?)shape["maxProperties"] == 1 ? [] : sound;
            foreach (var value in Values(_api.Follow(member!)))
            {
                Assert.True(await SendAsync(operation, With(body, name, value.Node)) == 400 == !value.IsAllowed, $"{name}: {value}");
            }
        }
    }

    /// <summary>What the host answers (401) and what storage brings about (503) are looked at elsewhere.</summary>
    [Fact]
    public async Task Problems_Described_AreThoseThatAreGiven()
    {
        foreach (var operation in _api.Operations)
        {
            await _app.CallAsync(operation, "nothing");
            await _app.CallAsync(operation, "a b");
        }

        await SendForbiddenAsync();
        await SendBadBodiesAsync();
        await SendConflictsAsync();
        await SubmitToAFullQueueAsync();

        Assert.Equal(
            _api.Operations.SelectMany(operation => operation.Answers.Keys, (operation, status) => $"{operation.Id} {status}").Where(IsOfTheFunction).Order(),
            _seen.Select(each => $"{each.Operation} {each.Status}").Where(IsOfTheFunction).Order());
    }

    [Fact]
    public async Task Unavailable_IsGivenWhereItIsDescribed()
    {
        var described = _api.Operations.Where(operation => operation.Answers.ContainsKey("503")).ToList();

        Assert.InRange(described.Count, 20, 100);
        foreach (var operation in described)
        {
            var ended = new FakeContext { Ended = new CancellationToken(canceled: true) };
            var place = operation.Path.StartsWith("/runs/", StringComparison.Ordinal) ? "7f3kq20b9z-h4x8m2ct" : DescribedApp.Unknown;
            Assert.Equal(503, (int)(await _app.CallAsync(operation, DescribedApp.Request(operation, context: ended), place)).StatusCode);
        }
    }

    [Fact]
    public void Unauthorized_IsDescribedWhereAKeyIsNeeded() => Assert.All(
        _api.Operations, operation => Assert.Equal(operation.Node["security"]!.AsArray().Count > 0, operation.Answers.ContainsKey("401")));

    private static bool IsOfTheFunction(string answer) => answer.Split(' ')[1] is ['4', _, _] and not "401";

    private static FakeHttpRequest WithKey(DescribedOperation operation, string key, JsonNode? body = null) =>
        DescribedApp.Request(operation, body: body).With("Idempotency-Key", key);

    private static FakeHttpRequest Body(DescribedOperation operation, ReadOnlySpan<byte> body, string type = "application/json", string? length = null) =>
        FakeHttpRequest.Send(operation.Method, operation.Path[1..], body.ToArray(), type, length);

    private static JsonObject With(JsonObject body, string name, JsonNode? value)
    {
        var changed = body.DeepClone().AsObject();
        changed[name] = value;
        return changed;
    }

    private static JsonObject Without(JsonObject body, string name)
    {
        var changed = body.DeepClone().AsObject();
        Assert.True(changed.Remove(name));
        return changed;
    }

    private static IEnumerable<string> Words(JsonObject schema) => schema["enum"]!.AsArray().Select(word => (string)word!);

    private static string Format(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>At the edges of the shape. A cursor is a text that comes from the page before.</summary>
    private static IEnumerable<string> Allowed(DescribedParameter parameter) => parameter.Schema switch
    {
        { } words when words.ContainsKey("enum") => Words(words),
        { } times when times.ContainsKey("anyOf") => ["2026-01-31", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00+02:00"],
        { } number when (string?)number["type"] == "integer" => [Format((long)number["minimum"]!), Format((long)number["maximum"]!)],
        { } flag when (string?)flag["type"] == "boolean" => ["true", "false"],
        _ => parameter.Name == "cursor" ? [] : ["anything"],
    };

    private static IEnumerable<string> Forbidden(DescribedParameter parameter) => parameter.Schema switch
    {
        { } words when words.ContainsKey("enum") => [.. Words(words).Take(1).Select(word => word.ToUpperInvariant()), "anything"],
        { } times when times.ContainsKey("anyOf") => ["yesterday", "2026-13-01"],
        { } number when (string?)number["type"] == "integer" => [Format((long)number["minimum"]! - 1), Format((long)number["maximum"]! + 1), "1.5", "many"],
        { } flag when (string?)flag["type"] == "boolean" => ["perhaps", "1"],
        _ => parameter.Name == "cursor" ? ["anything"] : [],
    };

    private static IEnumerable<(JsonNode? Node, bool IsAllowed)> Values(JsonObject schema)
    {
        if (schema.ContainsKey("enum"))
        {
            return [.. Words(schema).Select(word => ((JsonNode?)word, true)), ("anything", false)];
        }

        return (string?)schema["type"] switch
        {
            "integer" => [((long)schema["minimum"]!, true), ((long)schema["maximum"]!, true), ((long)schema["minimum"]! - 1, false), ((long)schema["maximum"]! + 1, false), ("1", false)],
            "boolean" => [(true, true), (false, true), ("true", false)],
            "array" => [(Requests((int)schema["minItems"]!), true), (Requests((int)schema["minItems"]! - 1), false), (Requests((int)schema["maxItems"]! + 1), false)],
            "string" => [.. schema["examples"]!.AsArray().Select(example => (example?.DeepClone(), true)), (1, false)],
            _ => [(1, false)],
        };
    }

    private static JsonArray Requests(int count) => [.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["suite"] = "a", ["agent"] = "b" })];

    private async Task<int> SendAsync(DescribedOperation operation, JsonObject body) =>
        (int)(await _app.CallAsync(operation, DescribedApp.Request(operation, body: body))).StatusCode;

    /// <summary>How many were sent and refused.</summary>
    private async Task<int> SendForbiddenAsync()
    {
        var sent = 0;
        foreach (var (operation, parameter) in _api.Operations.SelectMany(operation => operation.Query, (operation, parameter) => (operation, parameter)))
        {
            foreach (var value in Forbidden(parameter))
            {
                var response = await _app.CallAsync(operation, DescribedApp.Request(operation, $"{parameter.Name}={Uri.EscapeDataString(value)}"));
                Assert.True((int)response.StatusCode == 400, $"{operation} {parameter.Name}={value}: {response.Text()}");
                Assert.Equal(parameter.Name, (string)Assert.Single(response.Json()["errors"]!.AsArray())!["path"]!);
                sent++;
            }
        }

        return sent;
    }

    private async Task SendBadBodiesAsync()
    {
        foreach (var operation in _api.Operations.Where(operation => operation.BodyTypes.Count > 0))
        {
            Assert.Equal(400, (int)(await _app.CallAsync(operation, Body(operation, [0x22, 0xFF, 0x22]))).StatusCode);
            Assert.Equal(411, (int)(await _app.CallAsync(operation, Body(operation, "{}"u8, length: ""))).StatusCode);
            Assert.Equal(413, (int)(await _app.CallAsync(operation, Body(operation, "{}"u8, length: "10000001"))).StatusCode);
            Assert.Equal(415, (int)(await _app.CallAsync(operation, Body(operation, "{}"u8, "text/plain"))).StatusCode);
        }
    }

    private async Task SendConflictsAsync()
    {
        var (queued, completed) = ((await _bench.AddRunAsync()).RunId, (await _bench.AddRunAsync(RunStatus.Completed)).RunId);
        await _app.CallAsync(_api.Operation("getReport"), queued);
        foreach (var id in new[] { "startRun", "cancelRun", "pauseRun", "resumeRun" })
        {
            await _app.CallAsync(_api.Operation(id), completed);
        }

        var (run, batch) = (_api.Operation("submitRun"), _api.Operation("submitBatch"));
        await _app.CallAsync(run, WithKey(run, "k"));
        await _app.CallAsync(run, WithKey(run, "k", With(Samples.Request(), "epochs", 2)));
        await _app.CallAsync(run, DescribedApp.Request(run, body: Samples.Request(suite: DescribedApp.Unknown + "-suite")));
        await _app.CallAsync(batch, WithKey(batch, "k"));
        await _app.CallAsync(batch, WithKey(batch, "k", new JsonObject { ["runs"] = Requests(2) }));
        foreach (var put in new[] { _api.Operation("putSuite"), _api.Operation("putSuiteVersion") })
        {
            await _app.CallAsync(put);
            await _app.CallAsync(put, DescribedApp.Request(put, body: Samples.Suite(DescribedApp.Unknown, DescribedApp.Unknown, Samples.Scenario("other"))));
        }
    }

    private async Task SubmitToAFullQueueAsync()
    {
        await using var bench = new AppBench(
            account.ConnectionString, _bench.Time, new Dictionary<string, string?> { ["AgentEval:MaxActiveRuns"] = "1", ["AgentEval:MaxQueuedRuns"] = "0" });
        var (app, run) = (new DescribedApp(bench, _seen), _api.Operation("submitRun"));
        for (var times = 0; times < 3; times++)
        {
            await app.CallAsync(run);
        }

        await app.CallAsync(_api.Operation("startRun"), (await bench.AddRunAsync(RunStatus.Created)).RunId);
    }
}
