using System.Text;
using System.Text.Json;
using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Tests.Contracts;

public sealed class ContractsTests
{
    [Theory]
    [InlineData("passed", 1, 0, 0, 0, 0)]
    [InlineData("failed", 0, 1, 0, 0, 0)]
    [InlineData("error", 0, 0, 1, 0, 0)]
    [InlineData("budgetExceeded", 0, 0, 1, 0, 0)]
    [InlineData("timeout", 0, 0, 0, 1, 0)]
    [InlineData("skipped", 0, 0, 0, 0, 1)]
    [InlineData("cancelled", 0, 0, 0, 0, 1)]
    public void Add_Status_CountsInOneColumn(string status, int passed, int failed, int errored, int timedOut, int skipped) =>
        Assert.Equal(new TrialCounts(1, passed, failed, errored, timedOut, skipped, 2.5), TrialCounts.None.Add(status, 2.5));

    [Fact]
    public void Add_TwoCounts_AddsEveryColumn() => Assert.Equal(
        new TrialCounts(11, 22, 33, 44, 55, 66, 7.5),
        new TrialCounts(1, 2, 3, 4, 5, 6, 0.5).Add(new TrialCounts(10, 20, 30, 40, 50, 60, 7)));

    [Fact]
    public void ShardOutcome_OfTheLargestNumbers_IsUnderOneKilobyte()
    {
        var outcome = new ShardOutcome(new TrialCounts(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, 1.2345678901234567e300), StopReasons.GateUnreachable);

        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(outcome).Length, 1, 1_023);
    }

    [Fact]
    public void BrokenTrial_ShortMessage_IsKept() =>
        Assert.Equal("it broke at 3 o'clock", BrokenTrial.From(3, Failure("it broke at 3 o'clock"), replay: false).Message);

    [Fact]
    public void BrokenTrial_LongMessage_IsCutBetweenCharacters()
    {
        var broken = BrokenTrial.From(3, Failure(string.Concat(Enumerable.Repeat("😀", 500))), replay: true);

        Assert.True(broken.Replay);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(broken).Length, 100, 260);
        Assert.All(broken.Message.EnumerateRunes(), rune => Assert.Equal(new Rune(0x1F600), rune));
    }

    [Fact]
    public void FailRunInput_NestedFailure_TellsTheInnermost()
    {
        var inner = new TaskFailureDetails("System.Exception", "the cause", null, null, null);
        var outer = new TaskFailureDetails("System.Exception", "Task failed", null, inner, null);

        Assert.Equal("ShardOrchestrator failed: the cause", FailRunInput.From("run", new TaskFailedException("ShardOrchestrator", 1, outer)).Message);
    }

    [Fact]
    public void FailRunInput_EndlessMessage_IsCut() =>
        Assert.Equal(1_000, FailRunInput.From("run", Failure(new string('x', 5_000))).Message.Length);

    [Theory]
    [InlineData(typeof(StoredDocumentMissingException), false)]
    [InlineData(typeof(PermanentFailureException), false)]
    [InlineData(typeof(TraceTakenOverException), true)]
    [InlineData(typeof(OperationCanceledException), true)]
    [InlineData(typeof(IOException), true)]
    public void Retrying_Failure_IsRepeatedUnlessPermanent(Type failure, bool repeated)
    {
        var failed = new TaskFailedException("T", 1, new TaskFailureDetails(failure.FullName!, "", null, null, null));

        Assert.Equal(repeated, Retrying.Trial.Retry!.Policy!.Handle(failed));
        Assert.Equal(repeated, Retrying.Step.Retry!.Policy!.Handle(failed));
    }

    private static TaskFailedException Failure(string message) => new("T", 1, new TaskFailureDetails("System.Exception", message, null, null, null));
}
