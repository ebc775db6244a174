using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class DeleteRunOrchestratorTests
{
    private static readonly StopRunOutput Working = new(IsEnded: false, HasTerminated: false);
    private static readonly StopRunOutput Ended = new(IsEnded: true, HasTerminated: false);

    [Fact]
    public async Task Delete_RunStillWorks_AsksAgainUntilItHasEnded()
    {
        var stage = new OrchestrationStage(new RemovalInput("run"));
        var running = stage.Start(DeleteRunOrchestrator.RunAsync);

        stage.Complete(Assert.Single(stage.OpenOf(nameof(StopRun))), Working);
        Assert.Empty(stage.Open);
        stage.Advance(TimeSpan.FromSeconds(2));
        stage.Complete(Assert.Single(stage.OpenOf(nameof(StopRun))), Ended);
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
            stage.Complete(Assert.Single(stage.Open), Working);
            pauses.Add(SecondsToTheNextAsk(stage));
        }

        Assert.Equal([2, 4, 8, 16, 32, 60, 60, 60], pauses);
    }

    [Fact]
    public async Task Delete_RunNeverEnds_IsTerminatedAfterAnHourAndGivenUpAfterADay()
    {
        var (asks, histories, seconds) = (0, 0, 0);
        var terminated = new List<int>();
        object? input = new RemovalInput("run");
        Task running;
        do
        {
            var stage = new OrchestrationStage(input);
            running = stage.Start(DeleteRunOrchestrator.RunAsync);
            while (stage.Open is [var ask])
            {
                var look = ask.Input<StopRunInput>();
                var terminates = look is { IsOverdue: true, MayTerminate: true };
                if (terminates)
                {
                    terminated.Add(seconds);
                }

                asks++;
                stage.Complete(ask, new StopRunOutput(IsEnded: false, terminates));
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
        Assert.InRange(terminated[0], 3_600, 3_700);
        Assert.All(terminated.Zip(terminated.Skip(1)), pair => Assert.Equal(DeleteRunOrchestrator.AsksPerTermination * 60, pair.Second - pair.First));
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
