using AgentEval.Core.Runs;

namespace AgentEval.Core.Metrics;

/// <summary>Time, calls, tokens and money of all trials, attacks included: a run's bill does not care what a trial was for.</summary>
public sealed record PerformanceTally
{
    /// <summary>Times of the trials that have one.</summary>
    public QuantileSketch Durations { get; init; } = QuantileSketch.Empty;

    public long Micros { get; init; }

    public int AgentCalls { get; init; }

    public int ToolCalls { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>Time of the trials that produced tokens, for the rate.</summary>
    public long TokenMicros { get; init; }

    public bool TokensEstimated { get; init; }

    /// <summary>Trials whose cost is known.</summary>
    public int Priced { get; init; }

    /// <summary>Billionths of a US dollar.</summary>
    public long CostNanos { get; init; }

    /// <summary>Sum of the trials' agent metric <c>cpuSeconds</c>, in microseconds; null: no trial has it.</summary>
    public long? CpuMicros { get; init; }

    /// <summary>The largest <c>peakMemoryMb</c> among the trials' agent metrics.</summary>
    public double? PeakMemoryMb { get; init; }

    public static PerformanceTally Of(IReadOnlyCollection<TrialResult> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var micros = trials.Where(trial => trial.Seconds is not null).Select(trial => Units.FromSeconds(trial.Seconds!.Value)).ToList();
        var costs = trials.Where(trial => trial.Usage.CostUsd is not null).Select(trial => Units.FromUsd(trial.Usage.CostUsd!.Value)).ToList();
        var cpu = Metric(trials, "cpuSeconds").Select(Units.FromSeconds).ToList();
        return new PerformanceTally
        {
            Durations = QuantileSketch.Of(micros),
            Micros = micros.Sum(),
            AgentCalls = trials.Sum(trial => trial.AgentCalls),
            ToolCalls = trials.Sum(trial => trial.ToolCalls),
            InputTokens = trials.Sum(trial => trial.Usage.InputTokens),
            OutputTokens = trials.Sum(trial => trial.Usage.OutputTokens),
            TokenMicros = trials.Where(trial => trial.Usage.OutputTokens > 0).Sum(trial => Units.FromSeconds(trial.Seconds ?? 0)),
            TokensEstimated = trials.Any(trial => trial.Usage.Estimated),
            Priced = costs.Count,
            CostNanos = costs.Sum(),
            CpuMicros = cpu.Count == 0 ? null : cpu.Sum(),
            PeakMemoryMb = Metric(trials, "peakMemoryMb").Cast<double?>().Max(),
        };
    }

    public PerformanceTally Add(PerformanceTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new PerformanceTally
        {
            Durations = Durations.Merge(other.Durations),
            Micros = Micros + other.Micros,
            AgentCalls = AgentCalls + other.AgentCalls,
            ToolCalls = ToolCalls + other.ToolCalls,
            InputTokens = InputTokens + other.InputTokens,
            OutputTokens = OutputTokens + other.OutputTokens,
            TokenMicros = TokenMicros + other.TokenMicros,
            TokensEstimated = TokensEstimated || other.TokensEstimated,
            Priced = Priced + other.Priced,
            CostNanos = CostNanos + other.CostNanos,
            CpuMicros = CpuMicros is null ? other.CpuMicros : CpuMicros + (other.CpuMicros ?? 0),
            PeakMemoryMb = new[] { PeakMemoryMb, other.PeakMemoryMb }.Max(),
        };
    }

    private static IEnumerable<double> Metric(IEnumerable<TrialResult> trials, string name) =>
        trials.Where(trial => trial.AgentMetrics.ContainsKey(name)).Select(trial => trial.AgentMetrics[name]).Where(double.IsFinite);
}
