using AgentEval.Core.Json;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Tests.Json;

public sealed class DocumentLinesTests
{
    private const string Yaml = """
        # a suite
        suite: s
        shared: &shared
          - contains: x

        scenarios:
          - id: a
            input: >
              several
              lines
            criteria: *shared
          - { id: b, policy: { forbiddenTools: [refund,
              delete] } }
        """;

    [Theory]
    [InlineData("suite", 2)]
    [InlineData("scenarios", 6)]
    [InlineData("scenarios[0]", 7)]
    [InlineData("scenarios[0].input", 8)]
    [InlineData("scenarios[0].criteria", 11)]
    [InlineData("scenarios[1].policy.forbiddenTools[1]", 13)]
    public void Find_PlaceOfYaml_HasItsLine(string path, int line) => Assert.Equal(line, DocumentLines.Find(Yaml, [path])[path]);

    [Theory]
    [InlineData("scenarios[0].criteria[0].contains", 11)]
    [InlineData("scenarios[1].input", 12)]
    [InlineData("scenarios[7].input", 6)]
    [InlineData("scenarios[0].id.of.nothing", 7)]
    public void Find_PlaceThatIsMissing_HasTheLineOfWhatIsAroundIt(string path, int line) => Assert.Equal(line, DocumentLines.Find(Yaml, [path])[path]);

    [Theory]
    [InlineData("")]
    [InlineData("version")]
    [InlineData("[0]")]
    public void Find_PlaceThatStandsNowhere_HasNone(string path) => Assert.Empty(DocumentLines.Find(Yaml, [path]));

    [Fact]
    public void Find_Json_HasLinesToo()
    {
        var lines = DocumentLines.Find("\uFEFF{\r\n\t\"suite\": \"s\",\r\n\t\"scenarios\": [\r\n\t\t{ \"id\": \"a\" },\r\n\t\t{ \"a.b\": 1 }\r\n\t]\r\n}", ["scenarios[0].id", "scenarios[1].a.b"]);

        Assert.Equal((4, 5), (lines["scenarios[0].id"], lines["scenarios[1].a.b"]));
    }

    [Theory]
    [InlineData("suite: s\nscenarios: [")]
    [InlineData("suite: s\n? {a: b}\n: c")]
    [InlineData("suite: s\n\u0001")]
    public void Find_BrokenText_HasTheLinesBeforeTheFault(string text) => Assert.Equal(1, DocumentLines.Find(text, ["suite", "scenarios[3]"])["suite"]);

    [Fact]
    public void Find_EndlessDepth_IsNotFollowed() =>
        Assert.Equal([1], DocumentLines.Find(new string('[', 100_000), [string.Concat(Enumerable.Repeat("[0]", 1_000))]).Values);

    [Fact]
    public void Find_PathsOfProblems_AreThoseOfTheFile()
    {
        var text = $$"""{"suite":"s","scenarios":[{"id":"a",{{'\n'}}"inpt":"x"}],{{'\n'}}"{{new string('k', 5_000)}}":1}""";
        var problems = SuiteReader.Read(DocumentReader.Read(text).Value!.AsObject()).Problems.Errors;

        var lines = DocumentLines.Find(text, problems.Select(problem => problem.Path));

        Assert.Equal([1, 2, 3], problems.Select(problem => lines[problem.Path]).Order());
    }
}
