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
        stage.Complete(stage.Open[0], 2);
        Assert.Equal(new PurgePageInput("p", 0), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], null);
        Assert.Equal(new PurgePageInput("p", 1), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], null);

        await running;
        Assert.All(stage.Calls, call => Assert.NotNull(call.Options?.Retry));
        Assert.Null(stage.ContinuedAs);
    }

    [Fact]
    public async Task Purge_NothingIsChosen_EndsAtOnce()
    {
        var stage = new OrchestrationStage(Begin) { Answer = _ => 0 };

        await stage.Start(PurgeOrchestrator.RunAsync);

        Assert.Single(stage.Calls);
        Assert.Null(stage.ContinuedAs);
    }

    [Fact]
    public async Task Purge_OfVeryMany_StartsOverWithoutPlanningAgain()
    {
        var stage = new OrchestrationStage(Begin) { Answer = _ => 1_000_000 };

        await stage.Start(PurgeOrchestrator.RunAsync);

        Assert.Equal(Begin with { Pages = 1_000_000, Page = PurgeOrchestrator.StepsPerHistory - 1 }, stage.ContinuedAs);
        Assert.InRange(stage.LargestPayload, 1, 300);
        var again = new OrchestrationStage(stage.ContinuedAs!);
        _ = again.Start(PurgeOrchestrator.RunAsync);
        Assert.Equal(new PurgePageInput("p", PurgeOrchestrator.StepsPerHistory - 1), Assert.Single(again.Open).Input<PurgePageInput>());
    }

    [Fact]
    public async Task Purge_StorageIsAwayForHours_GoesOnWhenItIsBack()
    {
        var stage = new OrchestrationStage(Begin);
        var running = stage.Start(PurgeOrchestrator.RunAsync);

        FailForHours(stage, 5);
        stage.Complete(Assert.Single(stage.OpenOf(nameof(PlanPurge))), 2);
        FailForHours(stage, 5);
        Assert.Equal(new PurgePageInput("p", 0, SkipBroken: true), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], null);
        Assert.Equal(new PurgePageInput("p", 1), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], null);

        await running;
        Assert.InRange(stage.Calls.Count, 15, 30);
    }

    [Fact]
    public async Task Purge_PageCannotBeDoneForADay_GoesOnWithTheNext()
    {
        var begun = new PurgeInput("p", Begin.Rule, Pages: 3, Page: 1);
        var stage = new OrchestrationStage(begun);
        var running = stage.Start(PurgeOrchestrator.RunAsync);

        FailForHours(stage, 22);
        Assert.Equal(1, stage.Open[0].Input<PurgePageInput>().Page);
        FailForHours(stage, 3, until: 2);

        Assert.Equal(new PurgePageInput("p", 2), Assert.Single(stage.Open).Input<PurgePageInput>());
        stage.Complete(stage.Open[0], null);
        await running;
    }

    /// <summary>Whatever is called fails, as it comes, until a page is reached or the time is over.</summary>
    private static void FailForHours(OrchestrationStage stage, int hours, int until = int.MaxValue)
    {
        for (var minute = 0; minute < hours * 60; minute++)
        {
            if (stage.Open is [var call])
            {
                if (call.Name == nameof(PurgePage) && call.Input<PurgePageInput>().Page == until)
                {
                    return;
                }

                stage.Fail(call, "the storage account is away");
            }

            stage.Advance(TimeSpan.FromMinutes(1));
        }

        while (stage.Open.Count == 0)
        {
            stage.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
