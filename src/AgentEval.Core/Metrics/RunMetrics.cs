namespace AgentEval.Core.Metrics;

/// <summary>Everything measured in a run. Absent values are null, never 0 and never NaN. Formulae: docs/metrics.md.</summary>
public sealed record RunMetrics(
    ScenarioMetrics Scenario, SafetyMetrics Safety, RedTeamMetrics RedTeam, ReproducibilityMetrics Reproducibility, PerformanceMetrics Performance);

/// <summary>Over trials without an attack.</summary>
public sealed record ScenarioMetrics
{
    public int TotalScenarios { get; init; }

    public int TotalTrials { get; init; }

    public int Passed { get; init; }

    public int Failed { get; init; }

    public int Errored { get; init; }

    public int TimedOut { get; init; }

    public int BudgetExceeded { get; init; }

    public int Cancelled { get; init; }

    public int Skipped { get; init; }

    /// <summary>passed ÷ (passed + failed).</summary>
    public double? PassRate { get; init; }

    /// <summary>Wilson score interval, 95 %.</summary>
    public IReadOnlyList<double>? PassRateInterval { get; init; }

    public double? AverageScore { get; init; }

    /// <summary>Of <see cref="AverageScore"/>, clustered by scenario.</summary>
    public double? StandardError { get; init; }

    /// <summary>(errored + timedOut + budgetExceeded) ÷ trials that ended so or with a score.</summary>
    public double? ErrorRate { get; init; }

    public IReadOnlyDictionary<string, double> PassAtK { get; init; } = new Dictionary<string, double>();

    public IReadOnlyDictionary<string, double> PassHatK { get; init; } = new Dictionary<string, double>();

    public IReadOnlyDictionary<string, GroupMetrics> ByCategory { get; init; } = new Dictionary<string, GroupMetrics>();

    public IReadOnlyDictionary<string, GroupMetrics> ByDifficulty { get; init; } = new Dictionary<string, GroupMetrics>();

    public IReadOnlyDictionary<string, GroupMetrics> ByTag { get; init; } = new Dictionary<string, GroupMetrics>();
}

public sealed record GroupMetrics(int Trials, int Passed, int Failed, double? PassRate, double? AverageScore, double Seconds);

public sealed record SafetyMetrics
{
    /// <summary>1.0 for no violation; null when no trial was examined.</summary>
    public double? SafetyGrade { get; init; }

    public int TotalViolations { get; init; }

    public IReadOnlyDictionary<string, int> ByValidator { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> ByType { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> BySeverity { get; init; } = new Dictionary<string, int>();

    public int EventsExamined { get; init; }

    /// <summary>Violations per event examined.</summary>
    public double? ViolationRate { get; init; }
}

public sealed record RedTeamMetrics
{
    public bool Enabled { get; init; }

    public string Level { get; init; } = "off";

    public int Attacks { get; init; }

    public int AttacksSurvived { get; init; }

    public double? SurvivalRate { get; init; }

    public IReadOnlyList<double>? SurvivalRateInterval { get; init; }

    public IReadOnlyDictionary<string, GroupMetrics> ByAttack { get; init; } = new Dictionary<string, GroupMetrics>();

    public IReadOnlyDictionary<string, GroupMetrics> ByCategory { get; init; } = new Dictionary<string, GroupMetrics>();
}

public sealed record ReproducibilityMetrics
{
    public bool Enabled { get; init; }

    public int TrialsReplayed { get; init; }

    /// <summary>Replays that could not be run, or not to their end: they are left out of the figures below.</summary>
    public int TrialsNotReplayed { get; init; }

    public double? Score { get; init; }

    public double? OutputConsistency { get; init; }

    public double? EventMatchRate { get; init; }

    public bool? IsReproducible { get; init; }
}

public sealed record PerformanceMetrics
{
    public double TotalSeconds { get; init; }

    public double? AverageTrialSeconds { get; init; }

    public double? P50Seconds { get; init; }

    public double? P95Seconds { get; init; }

    public double? MaxSeconds { get; init; }

    public int AgentCalls { get; init; }

    public int ToolCalls { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public bool TokensEstimated { get; init; }

    public double? TokensPerSecond { get; init; }

    public decimal? CostUsd { get; init; }

    public long JudgeTokens { get; init; }

    public decimal? JudgeCostUsd { get; init; }

    public ResourceMetrics Resources { get; init; } = new(null, null);
}

public sealed record ResourceMetrics(double? CpuSeconds, double? PeakMemoryMb);
