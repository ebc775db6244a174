using AgentEval.Core.Json;

namespace AgentEval.Core.Tests.Json;

public sealed class JsonPathsTests
{
    private const string Document = """{"list":[{"t":"x"},{"t":"y"},{"t":"z"}],"odd [-1] name":true,"deep":[[1,2],[3]],"b":{"b":null}}""";

    [Theory]
    [InlineData("$.list[0].t", "\"x\"")]
    [InlineData("$.list[-1].t", "\"z\"")]
    [InlineData("$.list[-2].t", "\"y\"")]
    [InlineData("$.list[ -03 ].t", "\"x\"")]
    [InlineData("$.list[-4].t")]
    [InlineData("$.list[-1:].t", "\"z\"")]
    [InlineData("$.deep[-1][-1]", "3")]
    [InlineData("$.deep[*][-1]", "2", "3")]
    [InlineData("$['odd [-1] name']", "true")]
    [InlineData("$.list[?(@.t == 'y')].t", "\"y\"")]
    [InlineData("$.b.b", "null")]
    [InlineData("$.b[-1]")]
    [InlineData("$.nothing")]
    [InlineData("$.list[?(@.t =~ /^[-1]|y/)].t", "\"y\"")]
    public void Select_Path_GivesWhatLiesThere(string path, params string[] expected) => Assert.Equal(expected, JsonPaths.Parse(Document, 64)!.Select(path));

    [Theory]
    [InlineData("$.a[")]
    [InlineData("$.[?(@.x")]
    [InlineData("$.a[?(@.type==\"final\")]")]
    [InlineData("$.a[99999999999999999999]")]
    [InlineData("$.list[0,-1]")]
    [InlineData("$.list[-1, 0]")]
    public void FindProblem_NoPath_SaysWhy(string path) => Assert.NotEmpty(JsonPaths.FindProblem(path)!);

    [Theory]
    [InlineData("$")]
    [InlineData("$.a[-1]")]
    [InlineData("$..[?(@.x > 1)].y")]
    public void FindProblem_Path_IsNull(string path) => Assert.Null(JsonPaths.FindProblem(path));

    [Theory]
    [InlineData("$", true)]
    [InlineData("$.reply", true)]
    [InlineData("$.choices[0].message['content']", true)]
    [InlineData("$.list[-1:].t", false)]
    [InlineData("$.list[-1]", false)]
    [InlineData("$.list[*].t", false)]
    [InlineData("$..b", false)]
    [InlineData("$.*", false)]
    [InlineData("$.list[?(@.t == 'x')].t", false)]
    public void IsDefinite_Path_TellsWhetherItNamesOnePlace(string path, bool expected) => Assert.Equal(expected, JsonPaths.IsDefinite(path));

    [Fact]
    public void Select_AnyTextForAPath_GivesValuesOrTheExceptionForIt()
    {
        string[] parts = ["$", ".", "..", "[", "]", "*", "-", "1", "0", ",", ":", "?(", ")", "@", "==", "!=", "<", "=~", "'", "t", "list", "deep", "/x/", "&&", "||", "null", "true", "9999999999", " ", "\\"];
        var random = new Random(7);
        var document = JsonPaths.Parse(Document, 64)!;
        var followed = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var path = (round % 2 == 0 ? "$" : "$.list") + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
            _ = JsonPaths.FindProblem(path);
            try
            {
                followed += document.Select(path).Count > 0 ? 1 : 0;
            }
            catch (JsonPathException)
            {
                // The one it may throw.
            }
        }

        Assert.InRange(followed, 100, 49_000);
    }
}
