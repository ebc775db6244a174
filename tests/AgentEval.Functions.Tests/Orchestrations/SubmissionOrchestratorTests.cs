using AgentEval.Functions.Activities;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class SubmissionOrchestratorTests
{
    private static readonly SubmitSliceInput Begin = new("batch.0123456789abcdef0123456789abcdef", 0);

    [Fact]
    public async Task Submission_Slices_FollowEachOther()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(SubmissionOrchestrator.RunAsync);

        stage.Complete(Assert.Single(stage.Open), new SubmitSliceOutput(25, IsLast: false, IsQueueFull: false));
        Assert.Equal(Begin with { First = 25 }, Assert.Single(stage.Open).Input<SubmitSliceInput>());
        stage.Complete(stage.Open[0], new SubmitSliceOutput(30, IsLast: true, IsQueueFull: false));

        await running;
        Assert.All(stage.Calls, call => Assert.NotNull(call.Options?.Retry));
        Assert.Null(stage.ContinuedAs);
    }

    [Fact]
    public async Task Submission_QueueFull_WaitsAndGoesOnWithTheSameRequest()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(SubmissionOrchestrator.RunAsync);

        stage.Complete(stage.Open[0], new SubmitSliceOutput(7, IsLast: false, IsQueueFull: true));
        Assert.Empty(stage.Open);
        stage.FireEarly();
        Assert.Empty(stage.Open);
        stage.Advance(SubmissionOrchestrator.Pause);
        Assert.Equal(7, Assert.Single(stage.Open).Input<SubmitSliceInput>().First);
        stage.Complete(stage.Open[0], new SubmitSliceOutput(8, IsLast: true, IsQueueFull: false));

        await running;
    }

    [Fact]
    public async Task Submission_RequestBreaks_IsTriedAgainAndItsTriesAreCounted()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(SubmissionOrchestrator.RunAsync);

        var tries = new List<SubmitSliceInput>();
        foreach (var done in (SubmitSliceOutput[])
            [new(3, false, false, IsBroken: true), new(3, false, false, IsBroken: true), new(3, false, IsQueueFull: true), new(5, false, false, IsBroken: true), new(25, false, false)])
        {
            stage.Complete(Assert.Single(stage.Open), done);
            Assert.Equal(done.Next == 25 ? 1 : 0, stage.Open.Count);
            stage.Advance(SubmissionOrchestrator.Pause);
            tries.Add(Assert.Single(stage.Open).Input<SubmitSliceInput>());
        }

        stage.Complete(stage.Open[0], new SubmitSliceOutput(26, IsLast: true, IsQueueFull: false));
        await running;
        Assert.Equal([(3, 1), (3, 2), (3, 2), (5, 1), (25, 0)], tries.Select(each => (each.First, each.Broke)));
    }

    [Fact]
    public async Task Submission_WaitsForDays_StartsOverWithASmallHistory()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(SubmissionOrchestrator.RunAsync);

        for (var slice = 0; slice < SubmissionOrchestrator.SlicesPerHistory; slice++)
        {
            stage.Complete(Assert.Single(stage.Open), new SubmitSliceOutput(3, IsLast: false, IsQueueFull: true));
            stage.Advance(SubmissionOrchestrator.Pause);
        }

        await running;
        Assert.Equal(Begin with { First = 3 }, stage.ContinuedAs);
        Assert.Equal(SubmissionOrchestrator.SlicesPerHistory, stage.Calls.Count);
        Assert.InRange(stage.LargestPayload, 1, 200);
    }
}
