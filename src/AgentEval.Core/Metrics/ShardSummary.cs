using AgentEval.Core.Json;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Metrics;

/// <summary>
/// All that the metrics of a run need to know of some of its trials. Merging is associative and commutative to the last bit: however the
/// trials are split into shards and in whatever order these end, the run's metrics are the same.
/// </summary>
public sealed record ShardSummary
{
    public const int CurrentSchemaVersion = 1;

    public static ShardSummary Empty { get; } = new();

    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>Trials without an attack, by scenario id. So are the next three.</summary>
    public IReadOnlyDictionary<string, ScenarioTally> Scenarios { get; init; } = new Dictionary<string, ScenarioTally>();

    public IReadOnlyDictionary<string, TrialTally> ByCategory { get; init; } = new Dictionary<string, TrialTally>();

    public IReadOnlyDictionary<string, TrialTally> ByDifficulty { get; init; } = new Dictionary<string, TrialTally>();

    public IReadOnlyDictionary<string, TrialTally> ByTag { get; init; } = new Dictionary<string, TrialTally>();

    /// <summary>Trials with an attack, by attack; the next by the scenario's category.</summary>
    public IReadOnlyDictionary<string, TrialTally> ByAttack { get; init; } = new Dictionary<string, TrialTally>();

    public IReadOnlyDictionary<string, TrialTally> AttacksByCategory { get; init; } = new Dictionary<string, TrialTally>();

    public SafetyTally Safety { get; init; } = new();

    public PerformanceTally Performance { get; init; } = new();

    public ReplayTally Replay { get; init; } = ReplayTally.Zero;

    /// <summary>All trials without an attack.</summary>
    internal TrialTally Trials => Scenarios.Values.Aggregate(TrialTally.Zero, (sum, scenario) => sum.Add(scenario.Trials));

    /// <summary>All trials with an attack.</summary>
    internal TrialTally Attacks => ByAttack.Values.Aggregate(TrialTally.Zero, (sum, attack) => sum.Add(attack));

    /// <param name="trials">Finished ones only.</param>
    /// <param name="violations">What was found in their events.</param>
    /// <param name="eventsExamined">Events the validators looked at.</param>
    /// <param name="replays">Comparisons of those trials that were run a second time.</param>
    /// <param name="notReplayed">How many more should have been, and could not.</param>
    /// <exception cref="ArgumentException">A trial has not ended.</exception>
    public static ShardSummary From(
        IEnumerable<TrialResult> trials, IEnumerable<Violation> violations, int eventsExamined, IEnumerable<ReplayComparison> replays, int notReplayed = 0)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(violations);
        ArgumentNullException.ThrowIfNull(replays);
        var all = trials.ToList();
        var plain = all.Where(trial => trial.Attack is null).ToList();
        var attacks = all.Where(trial => trial.Attack is not null).ToList();
        return new ShardSummary
        {
            Scenarios = Tally.Group(
                plain.Select(trial => (trial.ScenarioId, trial)), ScenarioTally.Of, (left, right) => left.Add(right)),
            ByCategory = Group(plain.Select(trial => (trial.Category, trial))),
            ByDifficulty = Group(plain.Select(trial => (trial.Difficulty.Word(), trial))),
            ByTag = Group(plain.SelectMany(trial => trial.Tags.Distinct(StringComparer.Ordinal).Select(tag => (tag, trial)))),
            ByAttack = Group(attacks.Select(trial => (trial.Attack!, trial))),
            AttacksByCategory = Group(attacks.Select(trial => (trial.Category, trial))),
            Safety = SafetyTally.Of(violations, all.Count(WasExamined), eventsExamined),
            Performance = PerformanceTally.Of(all),
            Replay = replays.Select(ReplayTallyOf).Aggregate(ReplayTally.Zero, (sum, replay) => sum.Add(replay)) with { NotReplayed = notReplayed },
        };
    }

    /// <summary>All together, two by two: the work grows with n·log n where one after the other it would grow with n².</summary>
    public static ShardSummary MergeAll(IEnumerable<ShardSummary> summaries)
    {
        ArgumentNullException.ThrowIfNull(summaries);
        var round = summaries.ToList();
        while (round.Count > 1)
        {
            round = [.. round.Chunk(2).Select(pair => pair.Length == 2 ? pair[0].Merge(pair[1]) : pair[0])];
        }

        return round.Count == 0 ? Empty : round[0];
    }

    /// <summary>Both together. Trials must not be in both.</summary>
    public ShardSummary Merge(ShardSummary other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new ShardSummary
        {
            Scenarios = Tally.Merge(Scenarios, other.Scenarios, (left, right) => left.Add(right)),
            ByCategory = Merge(ByCategory, other.ByCategory),
            ByDifficulty = Merge(ByDifficulty, other.ByDifficulty),
            ByTag = Merge(ByTag, other.ByTag),
            ByAttack = Merge(ByAttack, other.ByAttack),
            AttacksByCategory = Merge(AttacksByCategory, other.AttacksByCategory),
            Safety = Safety.Add(other.Safety),
            Performance = Performance.Add(other.Performance),
            Replay = Replay.Add(other.Replay),
        };
    }

    /// <summary>A trial in which the agent said and did nothing makes no run look safer. Where outputs are not kept, its tokens tell that it spoke.</summary>
    private static bool WasExamined(TrialResult trial) => trial.Status switch
    {
        TrialStatus.Skipped or TrialStatus.Cancelled => trial.Events > 0,
        TrialStatus.Passed or TrialStatus.Failed => true,
        _ => trial.Output is not null || trial.Usage.OutputTokens > 0 || trial.ToolCalls > 0 || trial.Violations > 0,
    };

    private static Dictionary<string, TrialTally> Group(IEnumerable<(string Key, TrialResult Trial)> trials) =>
        Tally.Group(trials, TrialTally.Of, (left, right) => left.Add(right));

    private static Dictionary<string, TrialTally> Merge(
        IReadOnlyDictionary<string, TrialTally> left, IReadOnlyDictionary<string, TrialTally> right) =>
        Tally.Merge(left, right, (first, second) => first.Add(second));

    private static ReplayTally ReplayTallyOf(ReplayComparison replay) => new(
        1, Units.FromScore(replay.Score), Units.FromScore(replay.OutputSimilarity), Units.FromScore(replay.EventMatchRate));

    /// <summary>What is to come, at its best: every trial passes at once with score 1.0, whatever it is counted under.</summary>
    internal static ShardSummary Perfect(int trials)
    {
        if (trials == 0)
        {
            return Empty;
        }

        var tally = new TrialTally { Passed = trials, WithScore = trials, ScoreNanos = trials * Units.PerScore };
        return new ShardSummary
        {
            Scenarios = new Dictionary<string, ScenarioTally> { [""] = new("", tally, 0, 0, 0) },
            ByAttack = new Dictionary<string, TrialTally> { [""] = tally },
            Safety = new SafetyTally { TrialsExamined = trials },
            Performance = new PerformanceTally
            {
                Durations = new QuantileSketch { Zeros = trials, Count = trials, MinMicros = 0, MaxMicros = 0 },
                Priced = trials,
            },
            Replay = new ReplayTally(trials, tally.ScoreNanos, tally.ScoreNanos, tally.ScoreNanos),
        };
    }
}
