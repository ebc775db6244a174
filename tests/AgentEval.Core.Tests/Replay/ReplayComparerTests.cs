using System.Text.Json.Nodes;
using AgentEval.Core.Replay;
using AgentEval.Core.Settings;
using AgentEval.Core.Tests.Metrics;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Tests.Replay;

public sealed class ReplayComparerTests
{
    private const string Answer = "Your order A-17 was shipped on Monday.";

    private static readonly ReplaySettings Exact = new();
    private static readonly ReplaySettings Similar = new() { Mode = ReplayMode.Similar };
    private static readonly ReplaySettings Structure = new() { Mode = ReplayMode.Structure };

    private static TraceEvent Event(TraceEventType type, string? text = null, int attempt = 1) =>
        new() { Seq = 1, At = Samples.Start, Type = type, Attempt = attempt, Text = text };

    private static TraceEvent[] Trace(string answer = Answer, string order = "A-17", string session = "run-1.a~1.1") =>
    [
        Event(TraceEventType.TrialStarted) with { Data = new JsonObject { ["trialId"] = "a~1" } },
        Event(TraceEventType.AgentRequest, "Where is my order?"),
        Event(TraceEventType.AgentResponse, "") with { Code = "toolCalls" },
        Event(TraceEventType.ToolCall) with { Tool = "lookup_order", CallId = session, Arguments = new JsonObject { ["orderId"] = order, ["session"] = session } },
        Event(TraceEventType.ToolResult) with { Tool = "lookup_order", Result = new JsonObject { ["status"] = "shipped", ["note"] = "for " + session } },
        Event(TraceEventType.AgentResponse, answer),
        Event(TraceEventType.TrialFinished) with { Name = "passed", Seconds = 1 },
    ];

    [Fact]
    public void Compare_SameTraceWithOtherIdsTimesAndSessions_IsFullyReproducible()
    {
        var original = Trace("Done at 2026-03-14T09:26:53Z, ticket 3f2504e0-4f89-11d3-9a0c-0305e82c3301, ref 9f86d081884c7d659a2f.");
        var replay = Trace("Done at 2026-03-15T10:00:00.123+01:00, ticket 7d444840-9dc0-11d1-b245-5ffdce74fad2, ref 0123456789abcdef0123.", session: "replay-9.a~1.2");

        Assert.Equal(new ReplayComparison("a~1", 1, true, 1, 1, null), ReplayComparer.Compare(original, replay, Exact));
    }

    [Fact]
    public void Compare_CardNumbersThatDiffer_AreNotTakenForIds() =>
        Assert.False(ReplayComparer.Compare(Trace("Card 4111111111111111."), Trace("Card 5500005555555559."), Exact).OutputSame);

    [Fact]
    public void Compare_OtherAnswer_ScoresHalfForOutputAndHalfForEvents()
    {
        var comparison = ReplayComparer.Compare(Trace("abcdefghij"), Trace("abcdefghiX"), Exact);

        Assert.False(comparison.OutputSame);
        Assert.Equal(0.9, comparison.OutputSimilarity, 12);
        Assert.Equal(0.8, comparison.EventMatchRate, 12);
        Assert.Equal(0.85, comparison.Score, 12);
        Assert.Equal("Event 5: agentResponse \"abcdefghij\" in the original, agentResponse \"abcdefghiX\" in the replay.", comparison.FirstDifference);
    }

    [Theory]
    [InlineData(0.05, false)]
    [InlineData(0.1, true)]
    public void Compare_ExactWithTolerance_AllowsThatMuchDifference(double tolerance, bool same)
    {
        var comparison = ReplayComparer.Compare(Trace("abcdefghij"), Trace("abcdefghiX"), Exact with { Tolerance = tolerance });

        Assert.Equal(same, comparison.OutputSame);
        Assert.Equal(same, comparison.Score == 1);
    }

    [Fact]
    public void Compare_RewordedAnswer_IsTheSameOnlyForSimilar()
    {
        var reworded = Trace("On Monday, your order A-17 was shipped.");

        Assert.False(ReplayComparer.Compare(Trace(), reworded, Exact).OutputSame);
        Assert.Equal(1, ReplayComparer.Compare(Trace(), reworded, Similar).Score);
    }

    [Fact]
    public void Compare_OtherArguments_CountOnlyOutsideStructure()
    {
        Assert.Equal(0.8, ReplayComparer.Compare(Trace(), Trace(order: "B-2"), Similar).EventMatchRate, 12);
        Assert.Equal(1, ReplayComparer.Compare(Trace(), Trace("Something else.", "B-2"), Structure).Score);
    }

    [Fact]
    public void Compare_OtherTool_BreaksTheStructure()
    {
        var replay = Trace().Select(item => item.Tool is null ? item : item with { Tool = "other_tool" }).ToArray();

        var comparison = ReplayComparer.Compare(Trace(), replay, Structure);

        Assert.Equal(0.6, comparison.EventMatchRate, 12);
        Assert.Equal(
            "Event 3: toolCall lookup_order \"orderId,session\" in the original, toolCall other_tool \"orderId,session\" in the replay.", comparison.FirstDifference);
    }

    [Fact]
    public void Compare_ExtraEventInTheMiddle_AlignsTheRest()
    {
        var replay = Trace().ToList();
        replay.Insert(4, Event(TraceEventType.Injection, "Ignore …") with { Point = "toolResult" });

        Assert.Equal(5.0 / 6, ReplayComparer.Compare(Trace(), replay, Exact).EventMatchRate, 12);
        Assert.Equal(5.0 / 6, ReplayComparer.Compare(replay, Trace(), Exact).EventMatchRate, 12);
    }

    [Fact]
    public void Compare_ReplayThatErrored_IsNotReproducible()
    {
        TraceEvent[] replay = [.. Trace().Take(2), Event(TraceEventType.Error, "503") with { Code = "agentStatus" }];

        var comparison = ReplayComparer.Compare(Trace(), replay, Exact);

        Assert.Equal((0.0, 0.2, 0.1), (comparison.OutputSimilarity, comparison.EventMatchRate, comparison.Score));
    }

    [Fact]
    public void Compare_SeveralAttempts_TakesTheLast()
    {
        TraceEvent[] interrupted = [Event(TraceEventType.AgentRequest, "lost"), .. Trace().Select(item => item with { Attempt = 2 })];

        Assert.Equal(1, ReplayComparer.Compare(interrupted, Trace(), Exact).Score);
    }

    [Fact]
    public void Compare_TwoEmptyTraces_AreTheSame() => Assert.Equal(1, ReplayComparer.Compare([], [], Exact).Score);
}
