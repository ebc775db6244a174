using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Tests.Runs;

public sealed class WithheldTextsTests
{
    private const string Marker = "xyzzy-marker";

    private static readonly PlannedTrial Planned = new("a~1", "a", 1, null, 42, Replay: true);
    private static readonly RunSettings Withholding = new() { Execution = new ExecutionSettings { CaptureOutput = false } };

    private static readonly Scenario Talk = TestSuites.Scenario(TestSuites.Criterion("contains", "\"absent\"")) with
    {
        Turns = [new Turn("hello", [TestSuites.Criterion("contains", "\"nowhere\"")])],
        Policy = new ScenarioPolicy { BannedTopics = [Marker] },
    };

    private static readonly WithheldTexts Texts = new(Planned, TestSuites.Of(Talk));

    /// <summary>The marker in every place an agent can put it.</summary>
    private static Trace Told(string said = Marker) => new Trace().Started().User("hello")
        .Call("lookup", $$"""{"{{said}}":"{{said}}"}""", callId: said)
        .Result("lookup", $$"""{"note":"{{said}}"}""", callId: said)
        .Call($"tell them {said}", reported: true)
        .Agent($"{said} is 4111 1111 1111 1111")
        .Add(TraceEventType.ResourceRead, item => item with { Text = said, Result = said, Data = said })
        .Add(TraceEventType.Evaluation, item => item with { Name = "c", Score = 0.5, Data = new JsonObject { ["id"] = "c", ["reason"] = said, ["evidence"] = said } })
        .Add(TraceEventType.Violation, item => item with { Name = "pii", Code = "EMAIL", Text = said, Data = new JsonObject { ["id"] = "v", ["message"] = said, ["evidence"] = said } })
        .Add(TraceEventType.Deviation, item => item with { Code = "unexpectedTool", Text = said })
        .Add(TraceEventType.Retry, item => item with { Code = "agentStatus", Text = said, Seconds = 2 })
        .Add(TraceEventType.Error, item => item with { Code = "agentAnswer", Text = said })
        .Add(TraceEventType.Usage, item => item with { Code = "agentAnswer", Text = said, Data = new JsonObject { [$"of {said}"] = 1, ["loops"] = 3 } });

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Of_AnyEvent_HoldsNoTextOfTheAgent(TraceEventType type)
    {
        var kept = Told().Events.Where(item => item.Type == type).Select(Texts.Of);

        Assert.DoesNotContain(Marker, JsonSerializer.Serialize(kept, AgentEvalJson.Options), StringComparison.Ordinal);
    }

    public static TheoryData<TraceEventType> EveryType() => [.. Enum.GetValues<TraceEventType>()];

    [Fact]
    public void Of_Event_KeepsWhatIsNoText()
    {
        var kept = Told().Events.Select(Texts.Of).ToList();

        Assert.Equal("hello", kept[1].Text);
        Assert.Equal("lookup", kept[2].Tool);
        Assert.Equal(kept[2].CallId, kept[3].CallId);
        Assert.Equal(("c", 0.5, "c"), (kept[7].Name, kept[7].Score!.Value, (string)kept[7].Data!["id"]!));
        Assert.Equal(("pii", "EMAIL", "v"), (kept[8].Name, kept[8].Code, (string)kept[8].Data!["id"]!));
        Assert.Equal(("agentStatus", 2), (kept[10].Code, kept[10].Seconds!.Value));
        Assert.Equal("""{"loops":3}""", kept[12].Data!.ToJsonString());
        Assert.Null(kept[1].Withheld);
        Assert.True(kept[5].Withheld);
    }

    [Fact]
    public void Of_ErrorOfOurOwn_KeepsItsMessage()
    {
        var kept = Texts.Of(new Trace().Error("timeout", "The agent did not answer in 5 s.").Events[0]);

        Assert.Equal("The agent did not answer in 5 s.", kept.Text);
    }

    [Fact]
    public void Of_SameText_HasTheSameMarkInItsTrialAlone()
    {
        var other = new WithheldTexts(Planned with { TrialId = "a~2", Seed = 43 }, TestSuites.Of(Talk));
        var item = new Trace().Agent("yes").Events[0];

        Assert.Equal(Texts.Of(item).Text, Texts.Of(item).Text);
        Assert.NotEqual(Texts.Of(item).Text, other.Of(item).Text);
        Assert.NotEqual(Texts.Of(item).Text, Texts.Of(item with { Text = "no" }).Text);
    }

    [Fact]
    public void Judge_TextsWithheld_SaysAllButTheTexts()
    {
        var trace = Told().Finished("failed");
        var open = TrialJudge.Judge(Input(trace.Events, new RunSettings()));

        var judged = TrialJudge.Judge(Input(trace.Events, Withholding));

        Assert.DoesNotContain(Marker, JsonSerializer.Serialize(judged.Trial with { Name = "", Input = null }, AgentEvalJson.Options), StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, JsonSerializer.Serialize(judged.Violations, AgentEvalJson.Options), StringComparison.Ordinal);
        Assert.Contains(Marker, JsonSerializer.Serialize(open, AgentEvalJson.Options), StringComparison.Ordinal);
        Assert.Equal(open.Violations.Select(Place), judged.Violations.Select(Place));
        Assert.Equal(2, judged.Violations.Count(violation => violation.Validator is "pii" or "policy"));
        Assert.Equal((open.Trial.Status, open.Trial.Score, open.EventsExamined), (judged.Trial.Status, judged.Trial.Score, judged.EventsExamined));
        Assert.Equal(open.Trial.Criteria.Select(result => (result.Id, result.Score)), judged.Trial.Criteria.Select(result => (result.Id, result.Score)));
        Assert.Equal(open.Trial.Deviations.Select(each => (each.Turn, each.Code)), judged.Trial.Deviations.Select(each => (each.Turn, each.Code)));
    }

    [Fact]
    public void Judge_TraceThatHoldsItsJudgement_GivesThat()
    {
        var events = Told().Finished("failed").Events;
        var judged = TrialJudge.Judge(Input(events, Withholding));
        List<TraceEvent> stored = [.. events.SkipLast(1).Select(Texts.Of), KeptJudgement.PutInto(events[^1], judged)];
        var read = JsonSerializer.Deserialize<List<TraceEvent>>(JsonSerializer.Serialize(stored, AgentEvalJson.Options), AgentEvalJson.Options)!;

        var again = TrialJudge.Judge(Input(read, Withholding));

        Assert.Equal(JsonSerializer.Serialize(judged, AgentEvalJson.Options), JsonSerializer.Serialize(again, AgentEvalJson.Options));
        Assert.NotEqual(0, again.Trial.Violations);
    }

    [Theory]
    [InlineData(ReplayMode.Exact)]
    [InlineData(ReplayMode.Similar)]
    [InlineData(ReplayMode.Structure)]
    public void Replay_TheSameTexts_IsFullyReproducible(ReplayMode mode)
    {
        static List<TraceEvent> Session(string session) =>
            Stored(new Trace().User("?").Call("lookup", $$"""{"for":"{{session}}"}""").Result("lookup", $"\"{session}\"").Agent($"It is {session}."));
        var (original, replay) = (Session("run-1.a~1.1 at 2026-03-14T09:26:53Z"), Session("run-9.a~1.1 at 2026-03-15T10:00:00Z"));

        Assert.Equal(new ReplayComparison("", 1, true, 1, 1, null), ReplayComparer.Compare(original, replay, new ReplaySettings { Mode = mode }));
    }

    [Theory]
    [InlineData(ReplayMode.Exact, 0.9)]
    [InlineData(ReplayMode.Similar, 0)]
    public void Replay_OtherTexts_AreWhollyDifferent(ReplayMode mode, double tolerance)
    {
        var (original, replay) = (Stored(new Trace().User("?").Agent("It was shipped.")), Stored(new Trace().User("?").Agent("It was shipped!")));

        var comparison = ReplayComparer.Compare(original, replay, new ReplaySettings { Mode = mode, Tolerance = tolerance });

        Assert.Equal((0, false, 0.5), (comparison.OutputSimilarity, comparison.OutputSame, comparison.EventMatchRate));
    }

    [Fact]
    public void Replay_OtherArguments_DifferInValuesOrAlsoInStructure()
    {
        var original = Stored(new Trace().Call("lookup", """{"id":1}"""));
        var structure = new ReplaySettings { Mode = ReplayMode.Structure };

        Assert.Equal(0, ReplayComparer.Compare(original, Stored(new Trace().Call("lookup", """{"id":2}""")), new ReplaySettings()).EventMatchRate);
        Assert.Equal(1, ReplayComparer.Compare(original, Stored(new Trace().Call("lookup", """{"id":2}""")), structure).EventMatchRate);
        Assert.Equal(0, ReplayComparer.Compare(original, Stored(new Trace().Call("lookup", """{"key":1}""")), structure).EventMatchRate);
    }

    private static List<TraceEvent> Stored(Trace trace) => [.. trace.Events.Select(Texts.Of)];

    private static (string, int, string, string, Severity) Place(Violation each) => (each.Id, each.Seq, each.Validator, each.Type, each.Severity);

    private static JudgeInput Input(IReadOnlyList<TraceEvent> events, RunSettings settings) => new(Planned, Talk, TestSuites.Of(Talk), settings, null, events);
}
