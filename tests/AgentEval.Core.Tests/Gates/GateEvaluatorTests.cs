using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Tests.Metrics;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Tests.Gates;

public sealed class GateEvaluatorTests
{
    private static readonly GateSettings Open = new() { MinPassRate = null, MaxCriticalViolations = null, MaxErrorRate = null };

    private static GateOutcome Evaluate(GateSettings gate, params TrialResult[] trials) => GateEvaluator.Evaluate(gate, Samples.Compute(trials));

    [Fact]
    public void Evaluate_AllPassed_Passes()
    {
        var outcome = Evaluate(new GateSettings(), [.. Samples.Trials("a", 3, 0)]);

        Assert.Equal(Verdict.Passed, outcome.Verdict);
        Assert.Empty(outcome.Failures);
    }

    [Fact]
    public void Evaluate_OneFailedTrial_FailsAndSaysWhatToLookAt()
    {
        var outcome = Evaluate(new GateSettings(), [.. Samples.Trials("a", 4, 1)]);

        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(Verdict.Failed, outcome.Verdict);
        Assert.Equal(("minPassRate", 1.0, 0.8), (failure.Name, failure.Required, failure.Actual));
        Assert.Equal("minPassRate: 80 %, the limit is at least 100 %. 4 of 5 judged trials passed. Look at the reasons of the failed trials.", failure.Message);
    }

    [Fact]
    public void Evaluate_RateExactlyAtTheLimit_Passes() =>
        Assert.Equal(Verdict.Passed, Evaluate(new GateSettings { MinPassRate = 0.9 }, [.. Samples.Trials("a", 27, 3)]).Verdict);

    [Fact]
    public void Evaluate_OnlyTooManyErrors_IsInconclusive()
    {
        var outcome = Evaluate(new GateSettings(), [.. Samples.Trials("a", 3, 0), Samples.Trial("b", TrialStatus.Timeout)]);

        Assert.Equal(Verdict.Inconclusive, outcome.Verdict);
        Assert.Equal("maxErrorRate", Assert.Single(outcome.Failures).Name);
    }

    [Fact]
    public void Evaluate_TooManyErrorsAndAFailure_Fails()
    {
        var outcome = Evaluate(new GateSettings(), [.. Samples.Trials("a", 2, 1), Samples.Trial("b", TrialStatus.Error)]);

        Assert.Equal(Verdict.Failed, outcome.Verdict);
        Assert.Equal(["minPassRate", "maxErrorRate"], outcome.Failures.Select(failure => failure.Name));
    }

    [Fact]
    public void Evaluate_EveryTrialErrored_IsInconclusiveWithTheErrorRateAlone()
    {
        var outcome = Evaluate(new GateSettings { MinAverageScore = 0.5, MaxP95Seconds = 1 }, Samples.Trial("a", TrialStatus.Error, seconds: null));

        Assert.Equal(Verdict.Inconclusive, outcome.Verdict);
        Assert.Equal(("maxErrorRate", 1.0), (Assert.Single(outcome.Failures).Name, outcome.Failures[0].Actual!.Value));
    }

    [Fact]
    public void Evaluate_EveryTrialErroredAndErrorsAllowed_FailsForTheUnmeasuredPassRate()
    {
        var outcome = Evaluate(new GateSettings { MaxErrorRate = null }, Samples.Trial("a", TrialStatus.Error));

        var failure = Assert.Single(outcome.Failures);
        Assert.Equal((Verdict.Failed, "minPassRate"), (outcome.Verdict, failure.Name));
        Assert.Null(failure.Actual);
        Assert.Contains("could not be measured", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_EverythingSkipped_NeverPasses() =>
        Assert.Equal(Verdict.Inconclusive, Evaluate(new GateSettings(), Samples.Trial("a", TrialStatus.Skipped)).Verdict);

    [Fact]
    public void Evaluate_LimitOfWhatWasNotRun_IsBrokenAndSaysWhatToSet()
    {
        var gate = Open with { MinSurvivalRate = 0.9, MinReproducibility = 0.9, MinOutputConsistency = 0.9, MaxCostUsd = 1 };

        var outcome = Evaluate(gate, Samples.Trial("a", TrialStatus.Passed));

        Assert.Equal(Verdict.Failed, outcome.Verdict);
        Assert.Equal(["minSurvivalRate", "minReproducibility", "minOutputConsistency", "maxCostUsd"], outcome.Failures.Select(failure => failure.Name));
        Assert.Contains("redTeam.level", outcome.Failures[0].Message, StringComparison.Ordinal);
        Assert.Contains("replay.fraction", outcome.Failures[1].Message, StringComparison.Ordinal);
        Assert.Contains("prices", outcome.Failures[3].Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, GateSettings> Breaking => new()
    {
        { "minPassRate", Open with { MinPassRate = 0.9 } },
        { "maxCriticalViolations", Open with { MaxCriticalViolations = 0 } },
        { "maxErrorRate", Open with { MaxErrorRate = 0.1 } },
        { "minAverageScore", Open with { MinAverageScore = 0.9 } },
        { "minSafetyGrade", Open with { MinSafetyGrade = 0.9 } },
        { "maxViolations", Open with { MaxViolations = 1 } },
        { "maxViolationsByValidator.pii", Open with { MaxViolationsByValidator = new Dictionary<string, int> { ["pii"] = 1, ["policy"] = 0 } } },
        { "maxViolationsByType.CREDIT_CARD", Open with { MaxViolationsByType = new Dictionary<string, int> { ["CREDIT_CARD"] = 0, ["EMAIL"] = 0 } } },
        { "minSurvivalRate", Open with { MinSurvivalRate = 0.6 } },
        { "minReproducibility", Open with { MinReproducibility = 0.9 } },
        { "minOutputConsistency", Open with { MinOutputConsistency = 0.9 } },
        { "maxCostUsd", Open with { MaxCostUsd = 0.01m } },
        { "maxP95Seconds", Open with { MaxP95Seconds = 0.5 } },
    };

    private static ShardSummary EverythingWrong()
    {
        var priced = Samples.Trial("a", TrialStatus.Failed, 0.1, seconds: 9) with { Usage = new TokenUsage(9, 9, false, 0.02m) };
        return ShardSummary.From(
            [priced, Samples.Trial("b", TrialStatus.Passed), Samples.Trial("c", TrialStatus.Error), Samples.Trial("a", TrialStatus.Failed, attack: "x")],
            [Samples.Violation(Severity.Critical), Samples.Violation(seq: 4)], 20, [Samples.Replay(0.2, 0.4)]);
    }

    [Theory]
    [MemberData(nameof(Breaking))]
    public void Evaluate_EachLimitBroken_IsTheOnlyFailureNamed(string name, GateSettings gate)
    {
        var outcome = GateEvaluator.Evaluate(gate, MetricsCalculator.Compute(EverythingWrong(), Samples.Plain));

        var failure = Assert.Single(outcome.Failures);
        Assert.Equal(name, failure.Name);
        Assert.StartsWith(name + ":", failure.Message, StringComparison.Ordinal);
        Assert.Equal(name == "maxErrorRate" ? Verdict.Inconclusive : Verdict.Failed, outcome.Verdict);
    }

    [Theory]
    [MemberData(nameof(Breaking))]
    public void CanStillPass_NoTrialLeft_AgreesWithTheVerdict(string name, GateSettings gate)
    {
        Assert.NotEmpty(name);
        Assert.False(GateEvaluator.CanStillPass(gate, EverythingWrong(), 4));
    }

    [Fact]
    public void CanStillPass_NothingRunYet_IsTrueForEveryLimit()
    {
        foreach (var row in Breaking)
        {
            Assert.True(GateEvaluator.CanStillPass((GateSettings)row[1], ShardSummary.Empty, 10));
        }
    }

    [Fact]
    public void CanStillPass_RateReachableByTheRest_IsTrueUntilItIsNot()
    {
        var gate = Open with { MinPassRate = 0.9 };

        Assert.True(GateEvaluator.CanStillPass(gate, Samples.Summary(Samples.Trials("a", 0, 1)), 10));
        Assert.False(GateEvaluator.CanStillPass(gate, Samples.Summary(Samples.Trials("a", 0, 2)), 10));
    }

    [Fact]
    public void CanStillPass_CountAlreadyOverItsLimit_IsFalseHoweverMuchIsLeft() =>
        Assert.False(GateEvaluator.CanStillPass(new GateSettings(), Samples.Summary([], [Samples.Violation(Severity.Critical)]), 1_000_000));

    [Fact]
    public void CanStillPass_ErrorRateReachable_IsTrueUntilItIsNot()
    {
        TrialResult[] errors = [Samples.Trial("a", TrialStatus.Error), Samples.Trial("b", TrialStatus.Error)];

        Assert.True(GateEvaluator.CanStillPass(new GateSettings(), Samples.Summary(errors), 20));
        Assert.False(GateEvaluator.CanStillPass(new GateSettings(), Samples.Summary(errors), 19));
    }
}
