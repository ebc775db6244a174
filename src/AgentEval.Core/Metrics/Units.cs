namespace AgentEval.Core.Metrics;

/// <summary>
/// Sums are kept as integers, so that adding in any order gives the same last bit and parallelism never changes a report.
/// Scores are counted in billionths, seconds in microseconds, money in billionths of a US dollar (a micro-dollar would round small trials away).
/// </summary>
internal static class Units
{
    public const long PerScore = 1_000_000_000;
    public const long PerSecond = 1_000_000;
    public const long PerUsd = 1_000_000_000;

    public static long FromScore(double score) =>
        score is >= 0 and <= 1
            ? (long)Math.Round(score * PerScore)
            : throw new ArgumentOutOfRangeException(nameof(score), score, "A score lies between 0.0 and 1.0.");

    /// <summary>A clock that was set back gives 0, never a negative time.</summary>
    public static long FromSeconds(double seconds) =>
        double.IsFinite(seconds)
            ? (long)Math.Round(Math.Max(0, seconds) * PerSecond)
            : throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "A time is a finite number of seconds.");

    public static long FromUsd(decimal usd) => (long)Math.Round(usd * PerUsd);

    public static double ToSeconds(long micros) => (double)micros / PerSecond;

    public static decimal ToUsd(long nanos) => (decimal)nanos / PerUsd;

    /// <summary>The mean of <paramref name="count"/> values; null for none. Both sides are exact in a double, so the quotient is the nearest double.</summary>
    public static double? Mean(long sum, long count, long unit) => count == 0 ? null : sum / ((double)count * unit);

    public static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
