using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;

namespace AgentEval.Core.Gates;

/// <summary>Decides the verdict of a completed run.</summary>
public static class GateEvaluator
{
    /// <summary>
    /// <c>failed</c> when a limit other than the error rate is broken, else <c>inconclusive</c> when <c>maxErrorRate</c> is exceeded, else <c>passed</c>.
    /// A limit that cannot be measured is broken. One exception: where errors left nothing to measure and <c>maxErrorRate</c> is broken too, that one
    /// says it all, and the run is inconclusive: an unreachable agent has not failed its evaluation.
    /// </summary>
    public static GateOutcome Evaluate(GateSettings gate, RunMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(metrics);
        var broken = GateLimits.Of(gate, metrics).Where(limit => !limit.IsMet).ToList();
        var tooManyErrors = broken.Any(GateLimits.IsErrorRate);
        var failures = broken.Where(limit => !(tooManyErrors && limit.Actual is null && limit.Starved)).ToList();
        var verdict = failures switch
        {
            [] => Verdict.Passed,
            _ when failures.All(GateLimits.IsErrorRate) => Verdict.Inconclusive,
            _ => Verdict.Failed,
        };
        return new GateOutcome(verdict, [.. failures.Select(limit => limit.ToFailure())]);
    }

    /// <summary>False once no outcome of the trials still to come could make the gate pass: with <c>stopEarly</c> the run ends there.</summary>
    /// <param name="gate">The limits.</param>
    /// <param name="soFar">The finished trials.</param>
    /// <param name="totalTrials">All trials of the plan, attacks included.</param>
    public static bool CanStillPass(GateSettings gate, ShardSummary soFar, int totalTrials)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(soFar);
        var finished = soFar.Trials.Total + soFar.Attacks.Total;
        var best = soFar.Merge(ShardSummary.Perfect(Math.Max(0, totalTrials - finished)));
        var metrics = MetricsCalculator.Compute(best, new MetricsContext(RedTeamLevel.Off, new ReplaySettings()));
        return Evaluate(gate, metrics).Verdict == Verdict.Passed;
    }
}
