using AgentEval.Core.Criteria;
using AgentEval.Core.Metrics;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Tests.Metrics;

/// <summary>Trials, violations and summaries for tests of metrics, gates and reports.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public static readonly MetricsContext Plain = new(RedTeamLevel.Off, new ReplaySettings());

    public static TrialResult Trial(
        string scenario, TrialStatus status, double? score = null, int epoch = 1, string? attack = null, double? seconds = 1.0,
        string category = "default") => new()
        {
            TrialId = $"{scenario}~{epoch}" + (attack is null ? "" : $"~{attack}"),
            ScenarioId = scenario,
            Name = scenario,
            Category = category,
            Difficulty = Difficulty.Medium,
            Epoch = epoch,
            Attack = attack,
            Status = status,
            Score = score ?? status switch { TrialStatus.Passed => 1.0, TrialStatus.Failed => 0.0, _ => null },
            PassThreshold = 0.7,
            Seconds = status == TrialStatus.Skipped ? null : seconds,
            Events = status == TrialStatus.Skipped ? 0 : 6,
            Seed = 7,
        };

    public static IEnumerable<TrialResult> Trials(string scenario, int passed, int failed) =>
        Enumerable.Range(1, passed + failed).Select(epoch => Trial(scenario, epoch <= passed ? TrialStatus.Passed : TrialStatus.Failed, epoch: epoch));

    public static Violation Violation(
        Severity severity = Severity.High, string trialId = "a~1", int seq = 3, string validator = "pii", string type = "CREDIT_CARD",
        double confidence = 0.9, int number = 1) =>
        new($"{trialId}-{seq}-{number}", trialId, seq, validator, type, severity, confidence, "A card number was said.", "4111••••1111", Start);

    public static CriterionResult Criterion(string name, double score, string reason) => new()
    {
        Id = name,
        Name = name,
        Type = "contains",
        Score = score,
        Passed = score >= 0.8,
        Threshold = 0.8,
        Weight = 1,
        Required = false,
        Reason = reason,
    };

    public static ReplayComparison Replay(double output, double events) =>
        new("a~1", output, output >= 1, events, (output + events) / 2, null);

    public static ShardSummary Summary(IEnumerable<TrialResult> trials, IEnumerable<Violation>? violations = null, int events = 0) =>
        ShardSummary.From(trials, violations ?? [], events, []);

    public static RunMetrics Compute(IEnumerable<TrialResult> trials, IEnumerable<Violation>? violations = null, int events = 0) =>
        MetricsCalculator.Compute(Summary(trials, violations, events), Plain);
}
