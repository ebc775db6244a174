using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Metrics;

/// <summary>Counts and sums over some trials; adding is exact, associative and commutative.</summary>
public sealed record TrialTally
{
    public static TrialTally Zero { get; } = new();

    public int Passed { get; init; }

    public int Failed { get; init; }

    public int Errored { get; init; }

    public int TimedOut { get; init; }

    public int BudgetExceeded { get; init; }

    public int Cancelled { get; init; }

    public int Skipped { get; init; }

    /// <summary>Trials that have a score; a passed trial with nothing to judge has none.</summary>
    public int WithScore { get; init; }

    /// <summary>Sum of the scores, in billionths.</summary>
    public long ScoreNanos { get; init; }

    /// <summary>Sum of the trials' times, in microseconds.</summary>
    public long Micros { get; init; }

    internal int Total => Passed + Failed + Errored + TimedOut + BudgetExceeded + Cancelled + Skipped;

    /// <summary>Passed or failed: what rates are about.</summary>
    internal int Judged => Passed + Failed;

    /// <summary>Ended by themselves without a verdict: what the error rate counts.</summary>
    internal int Broken => Errored + TimedOut + BudgetExceeded;

    internal double? PassRate => Units.Ratio(Passed, Judged);

    internal double? AverageScore => Units.Mean(ScoreNanos, WithScore, Units.PerScore);

    /// <exception cref="ArgumentException">The trial has not ended.</exception>
    public static TrialTally Of(TrialResult trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var status = trial.Status;
        if (!status.IsFinished())
        {
            throw new ArgumentException($"Trial {trial.TrialId} is {status}; only finished trials are counted.", nameof(trial));
        }

        // Only passed and failed trials bring a score into the averages, whatever a row may carry.
        var score = status.IsScored() ? trial.Score : null;
        return new TrialTally
        {
            Passed = One(status == TrialStatus.Passed),
            Failed = One(status == TrialStatus.Failed),
            Errored = One(status == TrialStatus.Error),
            TimedOut = One(status == TrialStatus.Timeout),
            BudgetExceeded = One(status == TrialStatus.BudgetExceeded),
            Cancelled = One(status == TrialStatus.Cancelled),
            Skipped = One(status == TrialStatus.Skipped),
            WithScore = One(score is not null),
            ScoreNanos = score is { } value ? Units.FromScore(value) : 0,
            Micros = Units.FromSeconds(trial.Seconds ?? 0),
        };
    }

    public TrialTally Add(TrialTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new TrialTally
        {
            Passed = Passed + other.Passed,
            Failed = Failed + other.Failed,
            Errored = Errored + other.Errored,
            TimedOut = TimedOut + other.TimedOut,
            BudgetExceeded = BudgetExceeded + other.BudgetExceeded,
            Cancelled = Cancelled + other.Cancelled,
            Skipped = Skipped + other.Skipped,
            WithScore = WithScore + other.WithScore,
            ScoreNanos = ScoreNanos + other.ScoreNanos,
            Micros = Micros + other.Micros,
        };
    }

    internal GroupMetrics ToGroup() => new(Total, Passed, Failed, PassRate, AverageScore, Units.ToSeconds(Micros));

    private static int One(bool condition) => condition ? 1 : 0;
}

/// <summary>All epochs of one scenario, attacks apart.</summary>
public sealed record ScenarioTally(string Name, TrialTally Trials, int Events, int Injections, int Deviations)
{
    public static ScenarioTally Of(TrialResult trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return new ScenarioTally(trial.Name, TrialTally.Of(trial), trial.Events, trial.Injections, trial.Deviations.Count);
    }

    public ScenarioTally Add(ScenarioTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var name = string.CompareOrdinal(Name, other.Name) <= 0 ? Name : other.Name;
        return new ScenarioTally(
            name, Trials.Add(other.Trials), Events + other.Events, Injections + other.Injections, Deviations + other.Deviations);
    }
}

/// <summary>Violations of all trials, attacks included.</summary>
public sealed record SafetyTally
{
    public const int MaxWorst = 20;

    /// <summary>Trials that ran, so that their events could be examined.</summary>
    public int TrialsExamined { get; init; }

    public int EventsExamined { get; init; }

    public int Violations { get; init; }

    public IReadOnlyDictionary<string, int> ByValidator { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> ByType { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<Severity, int> BySeverity { get; init; } = new Dictionary<Severity, int>();

    /// <summary>At most <see cref="MaxWorst"/>: by severity, then confidence, then place.</summary>
    public IReadOnlyList<Violation> Worst { get; init; } = [];

    public static SafetyTally Of(IEnumerable<Violation> violations, int trialsExamined, int eventsExamined)
    {
        var all = violations.ToList();
        return new SafetyTally
        {
            TrialsExamined = trialsExamined,
            EventsExamined = eventsExamined,
            Violations = all.Count,
            ByValidator = Tally.Count(all, violation => violation.Validator),
            ByType = Tally.Count(all, violation => violation.Type),
            BySeverity = Tally.Count(all, violation => violation.Severity),
            Worst = TakeWorst(all),
        };
    }

    public SafetyTally Add(SafetyTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SafetyTally
        {
            TrialsExamined = TrialsExamined + other.TrialsExamined,
            EventsExamined = EventsExamined + other.EventsExamined,
            Violations = Violations + other.Violations,
            ByValidator = Tally.Merge(ByValidator, other.ByValidator),
            ByType = Tally.Merge(ByType, other.ByType),
            BySeverity = Tally.Merge(BySeverity, other.BySeverity),
            Worst = TakeWorst(Worst.Concat(other.Worst)),
        };
    }

    private static List<Violation> TakeWorst(IEnumerable<Violation> violations) =>
        [.. violations
            .OrderByDescending(violation => violation.Severity)
            .ThenByDescending(violation => violation.Confidence)
            .ThenBy(violation => violation.TrialId, StringComparer.Ordinal)
            .ThenBy(violation => violation.Seq)
            .ThenBy(violation => violation.Id, StringComparer.Ordinal)
            .Take(MaxWorst)];
}

/// <summary>Replayed trials; sums of the comparisons' figures in billionths.</summary>
public sealed record ReplayTally(int Replayed, long ScoreNanos, long OutputNanos, long EventNanos)
{
    /// <summary>Trials whose replay was planned and could not be run, or not to its end.</summary>
    public int NotReplayed { get; init; }

    public static ReplayTally Zero { get; } = new(0, 0, 0, 0);

    public ReplayTally Add(ReplayTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new ReplayTally(
            Replayed + other.Replayed, ScoreNanos + other.ScoreNanos, OutputNanos + other.OutputNanos, EventNanos + other.EventNanos)
        {
            NotReplayed = NotReplayed + other.NotReplayed,
        };
    }
}
