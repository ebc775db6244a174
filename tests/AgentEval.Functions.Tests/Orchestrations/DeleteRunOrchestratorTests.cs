using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class DeleteRunOrchestratorTests
{
    [Fact]
    public async Task Delete_RunStillWorks_AsksAgainUntilItHasEnded()
    {
        var stage = new OrchestrationStage(new RemovalInput("run"));
        var running = stage.Start(DeleteRunOrchestrator.RunAsync);

        stage.Complete(Assert.Single(stage.OpenOf(nameof(StopRun))), false);
        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(2));
        stage.Complete(Assert.Single(stage.OpenOf(nameof(StopRun))), true);
        stage.Complete(Assert.Single(stage.OpenOf(nameof(PurgeInstances))), null);
        stage.Complete(Assert.Single(stage.OpenOf(nameof(RemoveRunData))), null);

        await running;
        Assert.All(stage.Calls, call => Assert.Equal("run", call.Input<RunInput>().RunId));
        Assert.All(stage.Calls, call => Assert.NotNull(call.Options?.Retry));
    }

    [Fact]
    public void Delete_RunWorksOn_IsAskedLessAndLessOften()
    {
        var stage = new OrchestrationStage(new RemovalInput("run"));
        _ = stage.Start(DeleteRunOrchestrator.RunAsync);

        var pauses = new List<int>();
        for (var ask = 0; ask < 8; ask++)
        {
            stage.Complete(Assert.Single(stage.Open), false);
            pauses.Add(SecondsToTheNextAsk(stage));
        }

        Assert.Equal([2, 4, 8, 16, 32, 60, 60, 60], pauses);
    }

    [Fact]
    public async Task Delete_RunNeverEnds_IsTerminatedAfterAnHourAndGivenUpAfterADay()
    {
        var (asks, histories, terminated, seconds) = (0, 0, 0, 0);
        object? input = new RemovalInput("run");
        Task running;
        do
        {
            var stage = new OrchestrationStage(input);
            running = stage.Start(DeleteRunOrchestrator.RunAsync);
            while (stage.Open is [var ask])
            {
                terminated = terminated == 0 && ask.Input<StopRunInput>().Terminate ? seconds : terminated;
                asks++;
                stage.Complete(ask, false);
                seconds += running.IsFaulted ? 0 : SecondsToTheNextAsk(stage);
            }

            histories++;
            Assert.InRange(stage.Calls.Count, 1, DeleteRunOrchestrator.AsksPerHistory);
            input = stage.ContinuedAs;
        }
        while (input is not null);

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => running);
        Assert.Contains("Run run was not removed", failure.Message, StringComparison.Ordinal);
        Assert.Equal((DeleteRunOrchestrator.MostAsks, 29), (asks, histories));
        Assert.InRange(terminated, 3_600, 3_700);
        Assert.InRange(seconds, 24 * 3_600, 25 * 3_600);
    }

    private static int SecondsToTheNextAsk(OrchestrationStage stage)
    {
        var seconds = 0;
        while (stage.Open.Count == 0 && stage.ContinuedAs is null)
        {
            stage.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }

        return seconds;
    }
}
