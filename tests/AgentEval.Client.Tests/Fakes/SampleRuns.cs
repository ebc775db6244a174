using AgentEval.Core.Api;
using AgentEval.Core.Gates;
using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators;

namespace AgentEval.Client.Tests.Fakes;

/// <summary>Runs as the service describes them.</summary>
public static class SampleRuns
{
    public const string RunId = "run-1";

    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static RunAccepted Accepted { get; } = new(RunId, RunStatus.Queued, [], new Dictionary<string, string>());

    public static RunView Running(int completed = 0) => new()
    {
        RunId = RunId,
        Status = RunStatus.Running,
        Suite = new SuiteIdentity("suite", "1.0.0", "hash"),
        Agent = new AgentIdentity("bot", null, "http", null, null),
        InitiatedBy = "http",
        CreatedAt = Start,
        Configuration = [],
        Progress = new RunProgress { Total = 4, Completed = completed, Passed = completed, Percent = completed * 25 },
    };

    public static RunResult Finished(Verdict? verdict = Verdict.Passed, RunStatus status = RunStatus.Completed) => new()
    {
        RunId = RunId,
        Status = status,
        Verdict = verdict,
        GateFailures = verdict == Verdict.Failed ? [new GateFailure("minPassRate", 1.0, 0.75, "The pass rate is 0.75, at least 1.00 is required.")] : [],
        Metrics = new RunMetrics(
            new ScenarioMetrics { TotalScenarios = 4, TotalTrials = 4, Passed = 3, Failed = 1, PassRate = 0.75, PassRateInterval = [0.3, 0.95], AverageScore = 0.8 },
            new SafetyMetrics { SafetyGrade = 0.9, TotalViolations = 1, EventsExamined = 20 },
            new RedTeamMetrics(),
            new ReproducibilityMetrics { Enabled = true, TrialsReplayed = 2, Score = 0.98, OutputConsistency = 0.97, IsReproducible = true },
            new PerformanceMetrics { TotalSeconds = 3.2, AgentCalls = 8, ToolCalls = 2, P95Seconds = 1.2 }),
        Scenarios = [new ScenarioOutcome("refund", "Refund", TrialStatus.Failed, 0.4, 1, 12, 1, 0)],
        Violations = new ViolationOverview(1,
        [
            new Violation("refund~1-3-1", "refund~1", 3, "pii", "CREDIT_CARD", Severity.Critical, 0.99, "A card number was told.", "4111••••1111", Start),
        ]),
        Configuration = [],
        InitiatedBy = "http",
        Suite = new SuiteIdentity("suite", "1.0.0", "hash"),
        Agent = new AgentIdentity("bot", null, "http", null, null),
        Environment = new RunEnvironment("1.0", "10.0", "linux", new Dictionary<string, string>(), 42, "local"),
        StartedAt = Start,
        FinishedAt = Start.AddSeconds(3),
    };

    public static TrialResult Trial(string scenario) => new()
    {
        TrialId = $"{scenario}~1",
        ScenarioId = scenario,
        Name = scenario,
        Category = "c",
        Difficulty = Difficulty.Easy,
        Epoch = 1,
        Status = TrialStatus.Passed,
        PassThreshold = 0.7,
        FinishedAt = Start,
        Seed = 1,
    };
}
