using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Api;

public sealed class RunRequestReaderTests
{
    private const string InlineSuite = """{ "suite": "s", "scenarios": [ { "id": "a", "input": "hi", "criteria": [ { "contains": "x" } ] } ] }""";
    private const string InlineAgent = """{ "agent": "a", "type": "http", "url": "http://localhost/" }""";

    private static RunRequest Read(string json)
    {
        var read = RunRequestReader.Read(JsonNode.Parse(json));
        Assert.Empty(read.Problems.Errors);
        return read.Value!;
    }

    private static IEnumerable<(string Path, string Code)> Errors(string json)
    {
        var read = RunRequestReader.Read(JsonNode.Parse(json));
        Assert.Null(read.Value);
        return read.Problems.Errors.Select(problem => (problem.Path, problem.Code));
    }

    private static string Request(string rest) => $$"""{ "suite": "s@1.0", "agent": "a", {{rest}} }""";

    [Fact]
    public void Request_WithReferences_IsRead()
    {
        var request = Read("""
            { "suite": "support@1.2.0", "agent": "bot", "seed": 5, "execution": { "retries": 1 }, "gate": null,
              "submitter": { "name": "Ada", "email": "ada@example.org", "termsAccepted": true }, "labels": { "branch": "main", "empty": "" } }
            """);

        Assert.Equal(("support@1.2.0", "bot"), (request.Suite.GetValue<string>(), request.Agent.GetValue<string>()));
        Assert.Equal("""{"seed":5,"execution":{"retries":1},"gate":null}""", request.Settings.ToJsonString());
        Assert.Equal(new Submitter("Ada", "ada@example.org", null, true), request.Submitter);
        Assert.Equal("main", request.Labels["branch"]);
    }

    [Fact]
    public void Request_WithInlineSubjects_IsRead()
    {
        var request = Read($$"""{ "suite": {{InlineSuite}}, "agent": {{InlineAgent}} }""");

        Assert.Equal("s", request.Suite["suite"]!.GetValue<string>());
        Assert.Equal("a", request.Agent["agent"]!.GetValue<string>());
        Assert.Empty(request.Settings);
    }

    [Fact]
    public void InlineSubjects_Wrong_AreReportedBelowTheirKeys() => Assert.Equal(
        [("suite.scenarios[0].inptu", ProblemCodes.UnknownKey), ("suite.scenarios[0]", ProblemCodes.Required), ("agent.type", ProblemCodes.NotAvailable)],
        Errors("""{ "suite": { "suite": "s", "scenarios": [ { "id": "a", "inptu": "hi" } ] }, "agent": { "agent": "a", "type": "grpc" } }"""));

    [Fact]
    public void InlineSubjects_WithWarnings_PassThemOn()
    {
        var read = RunRequestReader.Read(JsonNode.Parse($$"""{ "suite": { "suite": "s", "scenarios": [ { "id": "a", "input": "hi" } ] }, "agent": {{InlineAgent}} }"""));

        Assert.Equal("suite.scenarios[0]", Assert.Single(read.Problems.Warnings).Path);
    }

    [Theory]
    [InlineData("""[]""", "", ProblemCodes.WrongType)]
    [InlineData("""{ "agent": "a" }""", "suite", ProblemCodes.Required)]
    [InlineData("""{ "suite": "s" }""", "agent", ProblemCodes.Required)]
    [InlineData("""{ "suite": "s/x", "agent": "a" }""", "suite", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "suite": "s@", "agent": "a" }""", "suite", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "suite": "s@1@2", "agent": "a" }""", "suite", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "suite": 5, "agent": "a" }""", "suite", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "suite": "s", "agent": "http://localhost/" }""", "agent", ProblemCodes.InvalidFormat)]
    public void Subject_Wrong_IsReported(string json, string path, string code) => Assert.Equal((path, code), Assert.Single(Errors(json)));

    [Theory]
    [InlineData("\"exectuion\": {}", "exectuion", ProblemCodes.UnknownKey)]
    [InlineData("\"execution\": { \"retries\": -1 }", "execution.retries", ProblemCodes.OutOfRange)]
    [InlineData("\"submitter\": { \"email\": \"ada\" }", "submitter.email", ProblemCodes.InvalidFormat)]
    [InlineData("\"submitter\": { \"email\": \"a b@c.d\" }", "submitter.email", ProblemCodes.InvalidFormat)]
    [InlineData("\"submitter\": { \"mail\": \"x\" }", "submitter.mail", ProblemCodes.UnknownKey)]
    [InlineData("\"submitter\": \"ada\"", "submitter", ProblemCodes.WrongType)]
    [InlineData("\"labels\": { \"n\": 5 }", "labels.n", ProblemCodes.WrongType)]
    [InlineData("\"labels\": []", "labels", ProblemCodes.WrongType)]
    public void Part_Wrong_IsReportedAtItsPath(string rest, string path, string code) => Assert.Equal((path, code), Assert.Single(Errors(Request(rest))));

    [Theory]
    [InlineData("\"{0}\": 1", "{1}", ProblemCodes.UnknownKey)]
    [InlineData("\"execution\": {{ \"{0}\": 1 }}", "execution.{1}", ProblemCodes.UnknownKey)]
    [InlineData("\"labels\": {{ \"{0}\": \"x\" }}", "labels.{1}", ProblemCodes.TooLarge)]
    public void Key_OfAnyLength_IsCutInThePathToo(string rest, string path, string code)
    {
        var rests = string.Format(System.Globalization.CultureInfo.InvariantCulture, rest, new string('k', 5_000));
        var expected = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, "", new string('k', 60) + "…");

        Assert.Equal((expected, code), Assert.Single(Errors(Request(rests))));
    }

    [Fact]
    public void Labels_TooMany_AreReported() => Assert.Equal(
        ("labels", ProblemCodes.TooLarge),
        Assert.Single(Errors(Request($"\"labels\": {{ {string.Join(',', Enumerable.Range(0, 21).Select(index => $"\"l{index}\": \"x\""))} }}"))));

    [Fact]
    public void Batch_IsRead()
    {
        var batch = BatchRequestReader.Read(JsonNode.Parse("""{ "batchId": "b-1", "runs": [ { "suite": "s" }, 5 ] }""")).Value!;

        Assert.Equal(("b-1", 2), (batch.BatchId, batch.Runs.Count));
        Assert.Equal("agent", Assert.Single(RunRequestReader.Read(batch.Runs[0]).Problems.Errors).Path);
    }

    [Theory]
    [InlineData("{}", "runs", ProblemCodes.Required)]
    [InlineData("""{ "runs": [] }""", "runs", ProblemCodes.OutOfRange)]
    [InlineData("""{ "runs": {} }""", "runs", ProblemCodes.WrongType)]
    [InlineData("""{ "runs": [1], "batchId": "a/b" }""", "batchId", ProblemCodes.InvalidFormat)]
    [InlineData("[]", "", ProblemCodes.WrongType)]
    public void Batch_Wrong_IsReported(string json, string path, string code)
    {
        var read = BatchRequestReader.Read(JsonNode.Parse(json));

        Assert.Null(read.Value);
        Assert.Equal((path, code), read.Problems.Errors.Select(problem => (problem.Path, problem.Code)).Single());
    }
}
