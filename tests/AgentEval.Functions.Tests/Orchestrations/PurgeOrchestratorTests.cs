using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Tests.Fakes;

namespace AgentEval.Functions.Tests.Orchestrations;

public sealed class PurgeOrchestratorTests
{
    private static readonly PurgeInput Begin = new("p", new PurgeRule(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 3, 4));

    [Fact]
    public async Task Purge_Pages_FollowThePlan()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(PurgeOrchestrator.RunAsync);

        Assert.Equal((nameof(PlanPurge), Begin), (Assert.Single(stage.Open).Name, stage.Open[0].Input<PurgeInput>()));
        stage.Complete(stage.Open[0], 101);
        stage.Complete(Assert.Single(stage.Open), new PurgePageOutput(100, IsLast: false));
        Assert.Equal(new PurgePageInput("p", 100), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], new PurgePageOutput(101, IsLast: true));

        await running;
        Assert.All(stage.Calls, call => Assert.NotNull(call.Options?.Retry));
        Assert.Null(stage.ContinuedAs);
    }

    [Fact]
    public async Task Purge_OfVeryMany_StartsOverWithoutPlanningAgain()
    {
        var stage = new OrchestrationStage(Begin)
        {
            Answer = call => call.Name == nameof(PlanPurge) ? 1_000_000 : new PurgePageOutput(call.Input<PurgePageInput>().First + 100, IsLast: false),
        };

        await stage.Start(PurgeOrchestrator.RunAsync);

        Assert.Equal(Begin with { First = 100 * PurgeOrchestrator.PagesPerHistory }, stage.ContinuedAs);
        Assert.InRange(stage.LargestPayload, 1, 300);
        var again = new OrchestrationStage(stage.ContinuedAs!);
        _ = again.Start(PurgeOrchestrator.RunAsync);
        Assert.Equal(new PurgePageInput("p", 10_000), Assert.Single(again.Open).Input<PurgePageInput>());
    }
}
