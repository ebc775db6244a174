using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Storage;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>Stored histories must stay readable: the golden text only ever grows.</summary>
public sealed class HistoryTextTests
{
    private static readonly DateTime At = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private static readonly HistoryEvent[] Events =
    [
        new ContinuedAsNew([new EventRaised("m1", "go") { Data = Payload.Of("1") }], ["m0"], [new EventSent(4, "other", "hello")]),
        new TurnStarted(At),
        new ExecutionStarted(),
        new ActivityCalled(0, "Plan") { Data = Payload.Of("""{"RunId":"r1"}""") },
        new TimerCreated(1, At.AddSeconds(1)),
        new SubOrchestrationCalled(2, "Shard", "r1.s1", "1.0"),
        new EventSent(3, "other", "hello") { Data = Payload.InBlob("r1/b") },
        new ActivityCompleted(0),
        new ActivityFailed(0, true),
        new TimerFired(1),
        new SubOrchestrationCompleted(2),
        new SubOrchestrationFailed(2, false),
        new EventRaised("m2", "pause"),
        new ExecutionSuspended("m3"),
        new ExecutionResumed("m4"),
        new ExecutionTerminated("m5"),
        new ForeignAwait(),
        new ExecutionEnded(OrchestrationRuntimeStatus.Completed),
    ];

    private const string Golden =
        """
        [{"e":"continuedAsNew","Carried":[{"Name":"go","MessageId":"m1","Data":"1"}],"Handled":["m0"],"Unsent":[{"InstanceId":"other","Name":"hello","Id":4}]},
        {"e":"turn","At":"2026-01-02T03:04:05Z"},
        {"e":"started"},
        {"e":"activity","Name":"Plan","Id":0,"Data":"{\"RunId\":\"r1\"}"},
        {"e":"timer","FireAt":"2026-01-02T03:04:06Z","Id":1},
        {"e":"sub","Name":"Shard","InstanceId":"r1.s1","Version":"1.0","Id":2},
        {"e":"eventSent","InstanceId":"other","Name":"hello","Id":3,"Data":{"blob":"r1/b"}},
        {"e":"activityCompleted","Id":0},
        {"e":"activityFailed","Permanent":true,"Id":0},
        {"e":"timerFired","Id":1},
        {"e":"subCompleted","Id":2},
        {"e":"subFailed","Permanent":false,"Id":2},
        {"e":"event","Name":"pause","MessageId":"m2"},
        {"e":"suspended","MessageId":"m3"},
        {"e":"resumed","MessageId":"m4"},
        {"e":"terminated","MessageId":"m5"},
        {"e":"foreignAwait"},
        {"e":"ended","Status":"Completed"}]
        """;

    [Fact]
    public void Events_Written_AreTheGoldenText()
    {
        var text = Assert.Single(HistoryText.Write(Events, int.MaxValue));

        Assert.Equal(Golden.ReplaceLineEndings(""), text);
    }

    [Fact]
    public void GoldenText_Read_IsWrittenTheSame()
    {
        var events = HistoryText.Read(Golden);

        Assert.Equal(Events.Select(e => e.GetType()), events.Select(e => e.GetType()));
        Assert.Equal(Golden.ReplaceLineEndings(""), HistoryText.Write(events, int.MaxValue)[0]);
    }

    [Fact]
    public void UnknownMembers_Read_ArePassedOver()
    {
        var events = HistoryText.Read("""[{"e":"turn","At":"2026-01-02T03:04:05Z","New":{"a":[1]}}]""");

        Assert.Equal(new TurnStarted(At), Assert.Single(events));
    }

    [Fact]
    public void Write_OverTheLimit_MakesSeveralTextsInOrder()
    {
        var texts = HistoryText.Write(Events, 200);

        Assert.True(texts.Count > 3);
        Assert.Equal(Events.Select(e => e.GetType()), texts.SelectMany(HistoryText.Read).Select(e => e.GetType()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(29_999)]
    [InlineData(30_000)]
    [InlineData(90_001)]
    public void LongText_CutInChunks_KeepsPairs(int lead)
    {
        var text = new string('a', lead) + "😀" + new string('b', 40_000);
        var row = new TableEntity("p", "r");

        LongText.Write(row, text);

        Assert.Equal(text, LongText.Read(row));
        Assert.All(row.Where(p => p.Key.StartsWith("Text", StringComparison.Ordinal)), p => Assert.True(((string)p.Value).Length <= 30_000));
        Assert.DoesNotContain(row.Where(p => p.Key.StartsWith("Text", StringComparison.Ordinal)), p => char.IsHighSurrogate(((string)p.Value)[^1]));
    }
}
