using System.Text.Json.Nodes;
using AgentEval.Core.Scoring;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;

namespace AgentEval.Core.Tests.Scoring;

public sealed class TrialScorerTests
{
    [Fact]
    public void Score_Everything_IsTheWeightedMean()
    {
        var scenario = TestSuites.Scenario(Contains("yes") with { Weight = 3 }, Contains("no")) with
        {
            Expected = JsonValue.Create("yes"),
            Turns = [new Turn("?", [Contains("yes")]), new Turn("??", [Contains("yes")])],
            Properties = [Contains("y"), Contains("z")],
        };
        var suite = TestSuites.Of(scenario) with { Evaluators = new Dictionary<string, IReadOnlyList<CriterionSpec>> { ["default"] = [Contains("no")] } };

        var score = Score(scenario, new Trace().User("?").Agent("maybe").User("??").Agent("yes"), suite);

        // 3 yes, 0 no, 1 expected, 0 and 1 turns, half of the properties, 0 of the evaluator; weights 3 + 6 ones.
        Assert.Equal((3 + 0 + 1 + 0 + 1 + 0.5 + 0) / 9, score.Score!.Value, 6);
        Assert.Equal(
            ["contains", "contains", "expected", "turns[0].contains", "turns[1].contains", "properties", "evaluators.contains"],
            score.Criteria.Select(result => result.Id));
    }

    [Fact]
    public void Score_RequiredCriterionFails_FailsWhateverTheMean()
    {
        var scenario = TestSuites.Scenario(Contains("yes") with { Weight = 99 }, Contains("no") with { Required = true });

        var score = Score(scenario, new Trace().User("?").Agent("yes"));

        Assert.Equal((0.99, false), (score.Score!.Value, score.Passed));
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(0.51, false)]
    public void Score_PassThreshold_IsInclusive(double threshold, bool passed)
    {
        var scenario = TestSuites.Scenario(Contains("yes"), Contains("no")) with { PassThreshold = threshold };

        Assert.Equal(passed, Score(scenario, new Trace().User("?").Agent("yes")).Passed);
    }

    [Fact]
    public void Score_TurnThatWasNeverAnswered_ScoresZeroThere()
    {
        var scenario = TestSuites.Scenario() with { Turns = [new Turn("?", []), new Turn("??", [Contains("yes")])] };

        var result = Assert.Single(Score(scenario, new Trace().User("?").Agent("yes")).Criteria);

        Assert.Equal((0, "The turn was not answered."), (result.Score, result.Reason));
    }

    [Fact]
    public void Score_OwnSuggestion_ReplacesTheDefaultOnlyOnFailure()
    {
        var spec = Contains("no") with { Suggestion = "Say no." };

        Assert.Equal("Say no.", Score(TestSuites.Scenario(spec), new Trace().User("?").Agent("yes")).Criteria[0].Suggestion);
        Assert.Null(Score(TestSuites.Scenario(spec), new Trace().User("?").Agent("no")).Criteria[0].Suggestion);
    }

    [Theory]
    [InlineData("\"42\"", null, " 42 ", 1)]
    [InlineData("\"42\"", null, "43", 0)]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}", null, "{\"a\":1,\"b\":2,\"c\":0,\"x\":4}", 0.5)]
    [InlineData("{\"a\":1}", GoldenMode.Json, "no json", 0)]
    [InlineData("[1,2]", GoldenMode.Json, "[1,3]", 0.5)]
    [InlineData("{\"a\":1}", GoldenMode.Json, "[1]", 0)]
    [InlineData("{\"a\":{\"b\":1}}", GoldenMode.Subset, "{\"a\":{\"b\":1,\"c\":2},\"d\":3}", 1)]
    [InlineData("{\"a\":1}", GoldenMode.Subset, "{\"a\":2}", 0)]
    [InlineData("{\"a\":1}", GoldenMode.Exact, "{\"a\":1,\"b\":2}", 0)]
    [InlineData("\"abcd\"", GoldenMode.Similar, "abcx", 0.75)]
    [InlineData("\"{\\\"a\\\":1}\"", GoldenMode.Json, "{\"a\":1}", 1)]
    public void Score_Golden_ComparesInItsMode(string expected, GoldenMode? mode, string output, double score)
    {
        var scenario = TestSuites.Scenario() with
        {
            Expected = JsonNode.Parse(expected),
            Golden = mode is { } compare ? new GoldenComparison(compare, 1) : null,
        };

        var result = Assert.Single(Score(scenario, new Trace().User("?").Agent(output)).Criteria);

        Assert.Equal(score, result.Score, 6);
        Assert.Equal(score >= 1, result.Passed);
    }

    private static CriterionSpec Contains(string text) => TestSuites.Criterion("contains", $"\"{text}\"");

    private static TrialScore Score(Scenario scenario, Trace trace, Suite? suite = null) =>
        TrialScorer.Score(scenario, suite ?? TestSuites.Of(scenario), Transcript.From(trace.Events), null);
}
