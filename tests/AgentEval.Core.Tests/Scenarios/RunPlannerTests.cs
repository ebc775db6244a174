using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using FsCheck;
using FsCheck.Fluent;

namespace AgentEval.Core.Tests.Scenarios;

public sealed class RunPlannerTests
{
    private sealed record Case(Suite Suite, RunSettings Settings, long Seed);

    private static readonly Gen<Case> CaseGen =
        from count in Gen.Choose(1, 80)
        from dependencies in Gen.Choose(0, 999).ArrayOf(count)
        from ownEpochs in Gen.Choose(0, 3).ArrayOf(count)
        from epochs in Gen.Choose(1, 4)
        from limit in Gen.Choose(0, 100)
        from tags in Gen.SubListOf<string>(["t0", "t1", "t2"])
        from fraction in Gen.Choose(0, 100)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Case(
            SuiteOf([.. Enumerable.Range(0, count).Select(index => Random(index, dependencies[index], ownEpochs[index]))]),
            new RunSettings
            {
                Epochs = epochs,
                Limit = limit == 0 ? null : limit,
                Filters = new ScenarioFilters { Tags = [.. tags] },
                Replay = new ReplaySettings { Fraction = fraction / 100.0 },
            },
            seed);

    private static Scenario Random(int index, int dependency, int ownEpochs) => ScenarioOf(
        $"s{index}",
        tags: [$"t{index % 3}"],
        dependsOn: index > 0 && dependency % 3 == 0 ? [$"s{dependency % index}"] : []) with
    { Epochs = ownEpochs == 0 ? null : ownEpochs };

    private static Scenario ScenarioOf(string id, string[]? tags = null, string[]? dependsOn = null, string category = "c", string? family = null) => new()
    {
        Id = id,
        Name = id,
        Family = family,
        Category = category,
        Tags = tags ?? [],
        DependsOn = dependsOn ?? [],
        Turns = [new Turn("hi", [])],
    };

    private static Suite SuiteOf(params Scenario[] scenarios) =>
        new() { Name = "s", Version = "1", Scenarios = scenarios, Source = [], ContentHash = "" };

    private static IEnumerable<PlannedTrial> TrialsOf(RunPlan plan) => plan.Shards.SelectMany(shard => shard.Trials);

    private static string[] ScenariosOf(RunPlan plan) => [.. TrialsOf(plan).Select(trial => trial.ScenarioId).Distinct().Order(StringComparer.Ordinal)];

    private static void ForAll(Action<Case, RunPlan> check) =>
        Prop.ForAll(CaseGen.ToArbitrary(), value => check(value, RunPlanner.Plan(value.Suite, value.Settings, value.Seed)))
            .Check(Config.QuickThrowOnFailure.WithReplay(20260314, 27_182_819));

    [Fact]
    public void Plan_OfTheSameSeed_IsTheSame() => ForAll((value, plan) =>
    {
        var again = RunPlanner.Plan(value.Suite, value.Settings, value.Seed);
        Assert.Equal(TrialsOf(plan), TrialsOf(again));
        Assert.Equal(plan.Shards.Select(shard => shard.Wave), again.Shards.Select(shard => shard.Wave));
    });

    [Fact]
    public void Trial_IsPlannedExactlyOnceForEveryEpoch() => ForAll((value, plan) =>
    {
        var expected = value.Suite.Scenarios
            .Where(scenario => ScenariosOf(plan).Contains(scenario.Id))
            .SelectMany(scenario => Enumerable.Range(1, scenario.Epochs ?? value.Settings.Epochs).Select(epoch => $"{scenario.Id}~{epoch}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), TrialsOf(plan).Select(trial => trial.TrialId).Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Selection_IsWhatFitsUpToTheLimit_AndWhatThatNeeds() => ForAll((value, plan) =>
    {
        var tags = value.Settings.Filters.Tags;
        var fitting = value.Suite.Scenarios.Where(scenario => tags.Count == 0 || scenario.Tags.Any(tags.Contains)).Select(scenario => scenario.Id).ToHashSet();
        var planned = ScenariosOf(plan).ToHashSet();
        var needed = value.Suite.Scenarios.Where(scenario => planned.Contains(scenario.Id)).SelectMany(scenario => scenario.DependsOn).ToHashSet();
        Assert.Subset(planned, needed);
        var own = planned.Where(id => !needed.Contains(id)).ToHashSet();
        Assert.Subset(fitting, own);
        Assert.True(planned.Count(fitting.Contains) >= Math.Min(value.Settings.Limit ?? int.MaxValue, fitting.Count));
        Assert.True(own.Count <= (value.Settings.Limit ?? int.MaxValue));
    });

    [Fact]
    public void Shards_HaveOneWaveEachInRisingOrder_AndEvenSizes() => ForAll((_, plan) =>
    {
        Assert.Equal(Enumerable.Range(0, plan.Shards.Count), plan.Shards.Select(shard => shard.Number));
        Assert.Equal(plan.Shards.Select(shard => shard.Wave).Order(), plan.Shards.Select(shard => shard.Wave));
        foreach (var wave in plan.Shards.GroupBy(shard => shard.Wave))
        {
            var sizes = wave.Select(shard => shard.Trials.Count).ToList();
            Assert.InRange(sizes.Max(), 1, RunPlanner.MaxShardTrials);
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
            Assert.Equal((sizes.Sum() + RunPlanner.MaxShardTrials - 1) / RunPlanner.MaxShardTrials, sizes.Count);
        }
    });

    [Fact]
    public void Dependency_LiesInAnEarlierWave() => ForAll((value, plan) =>
    {
        var waves = plan.Shards.SelectMany(shard => shard.Trials.Select(trial => (trial.ScenarioId, shard.Wave))).Distinct().ToDictionary();
        foreach (var scenario in value.Suite.Scenarios.Where(scenario => waves.ContainsKey(scenario.Id)))
        {
            Assert.All(scenario.DependsOn, dependency => Assert.True(waves[dependency] < waves[scenario.Id]));
        }
    });

    [Fact]
    public void Replays_AreExactlyTheFractionRoundedUp() => ForAll((value, plan) =>
        Assert.Equal((int)Math.Ceiling((decimal)value.Settings.Replay.Fraction * plan.TotalTrials), TrialsOf(plan).Count(trial => trial.Replay)));

    [Fact]
    public void Seeds_OfTrials_DependOnTheRunSeedAndTheIdAlone() => ForAll((value, plan) =>
        Assert.All(TrialsOf(plan), trial => Assert.Equal(Seeds.Derive(value.Seed, trial.TrialId), trial.Seed)));

    [Fact]
    public void Replay_OfATenthOfThirty_IsThree()
    {
        var suite = SuiteOf([.. Enumerable.Range(0, 30).Select(index => ScenarioOf($"s{index}"))]);

        Assert.Equal(3, TrialsOf(RunPlanner.Plan(suite, new RunSettings { Replay = new() { Fraction = 0.1 } }, 1)).Count(trial => trial.Replay));
    }

    [Fact]
    public void Order_WhenScenariosAreFilteredOut_StaysTheSameForTheRest()
    {
        var suite = SuiteOf([.. Enumerable.Range(0, 40).Select(index => ScenarioOf($"s{index}", tags: [$"t{index % 2}"]))]);
        var all = TrialsOf(RunPlanner.Plan(suite, new RunSettings(), 7)).Select(trial => trial.TrialId).ToList();
        var some = TrialsOf(RunPlanner.Plan(suite, new RunSettings { Filters = new() { Tags = ["t1"] } }, 7)).Select(trial => trial.TrialId).ToList();

        Assert.Equal(20, some.Count);
        Assert.Equal(all.Where(some.Contains), some);
        Assert.NotEqual(all.Order(StringComparer.Ordinal), all);
    }

    [Fact]
    public void Order_OfAnotherSeed_IsAnother()
    {
        var suite = SuiteOf([.. Enumerable.Range(0, 40).Select(index => ScenarioOf($"s{index}"))]);
        var orders = new[] { 1, 2, 3 }.Select(seed => string.Join(',', TrialsOf(RunPlanner.Plan(suite, new RunSettings(), seed)).Select(trial => trial.TrialId)));

        Assert.Equal(3, orders.Distinct().Count());
    }

    [Fact]
    public void Filters_OfSeveralKinds_MustAllFit()
    {
        var suite = SuiteOf(ScenarioOf("a", ["x"], category: "c1"), ScenarioOf("b", ["x"], category: "c2"), ScenarioOf("c", ["y"], category: "c1"));
        var filters = new ScenarioFilters { Tags = ["x", "z"], Categories = ["c1"], Difficulties = ["medium"] };
        var plan = RunPlanner.Plan(suite, new RunSettings { Filters = filters }, 1);

        Assert.Equal(["a"], ScenariosOf(plan));
        Assert.Contains("tag 'z'", Assert.Single(plan.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_ByTheWrittenId_FitsEveryRow()
    {
        var suite = SuiteOf(ScenarioOf("a_0", family: "a"), ScenarioOf("a_1", family: "a"), ScenarioOf("b"));

        Assert.Equal(["a_0", "a_1"], ScenariosOf(RunPlanner.Plan(suite, new RunSettings { Filters = new() { Scenarios = ["a"] } }, 1)));
    }

    [Fact]
    public void Filter_UnknownNames_AreWarnedOfWithTheNearest()
    {
        var plan = RunPlanner.Plan(SuiteOf(ScenarioOf("refund")), new RunSettings { Filters = new() { Scenarios = ["refnd", "refund"] } }, 1);

        Assert.Equal("No scenario has the id 'refnd'. Did you mean 'refund'?", Assert.Single(plan.Warnings));
    }

    [Fact]
    public void Dependency_FilteredOut_IsPulledInWithAWarning()
    {
        var suite = SuiteOf(ScenarioOf("login"), ScenarioOf("pay", ["x"], ["login"]), ScenarioOf("other"));
        var plan = RunPlanner.Plan(suite, new RunSettings { Filters = new() { Tags = ["x"] } }, 1);

        Assert.Equal(["login", "pay"], ScenariosOf(plan));
        Assert.Equal("1 more scenario runs because selected ones depend on it: login.", Assert.Single(plan.Warnings));
    }

    [Fact]
    public void Filters_NothingFits_ThePlanIsEmptyAndTheCheckFails()
    {
        var (suite, settings) = (SuiteOf(ScenarioOf("a")), new RunSettings { Filters = new() { Tags = ["x"] } });
        var problems = new ProblemList();
        RunPlanner.Check(suite, settings, problems);

        Assert.Empty(RunPlanner.Plan(suite, settings, 1).Shards);
        Assert.Equal("filters", Assert.Single(problems.Errors).Path);
    }

    [Fact]
    public void Check_OfTooManyTrials_IsAnError()
    {
        var problems = new ProblemList();
        RunPlanner.Check(SuiteOf([.. Enumerable.Range(0, 101).Select(index => ScenarioOf($"s{index}"))]), new RunSettings { Epochs = 1_000 }, problems);

        Assert.Equal(ProblemCodes.TooLarge, Assert.Single(problems.Errors).Code);
    }
}
