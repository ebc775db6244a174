using System.Numerics;

namespace AgentEval.Core.Metrics;

/// <summary>The formulae behind the metrics; docs/metrics.md has a worked example of each.</summary>
internal static class Statistics
{
    /// <summary>The 0.975 quantile of the standard normal distribution.</summary>
    private const double Z95 = 1.959963984540054;

    /// <summary>Wilson score interval, 95 % (E. B. Wilson, JASA 22, 1927); null for no observations.</summary>
    public static IReadOnlyList<double>? Wilson(long successes, long total)
    {
        if (total == 0)
        {
            return null;
        }

        var n = (double)total;
        var p = successes / n;
        var z2 = Z95 * Z95;
        var centre = p + (z2 / (2 * n));
        var half = Z95 * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n * n)));
        var scale = 1 + (z2 / n);

        // At the ends the bound is exactly 0 or 1; rounding must not push it past.
        var low = successes == 0 ? 0 : Math.Max(0, (centre - half) / scale);
        var high = successes == total ? 1 : Math.Min(1, (centre + half) / scale);
        return [low, high];
    }

    /// <summary>
    /// Standard error of a mean whose observations come in clusters (E. Miller, Adding Error Bars to Evals, arXiv 2411.00640, section 2.2),
    /// with the small-sample factor G ÷ (G − 1); null for fewer than two clusters.
    /// </summary>
    /// <param name="clusters">Sum of the scores (in billionths) and their count, each cluster once; empty clusters are ignored.</param>
    public static double? ClusteredStandardError(IEnumerable<(long Sum, int Count)> clusters)
    {
        var filled = clusters.Where(cluster => cluster.Count > 0).ToList();
        if (filled.Count < 2)
        {
            return null;
        }

        var n = filled.Sum(cluster => (long)cluster.Count);
        var sum = filled.Sum(cluster => cluster.Sum);

        // n·Σ_c − n_c·Σ is a whole number: equal scores give an error of exactly 0.
        var squares = filled
            .Select(cluster => (double)(((Int128)cluster.Sum * n) - ((Int128)cluster.Count * sum)) / n / Units.PerScore)
            .Select(deviation => deviation * deviation)
            .Order()
            .Sum();
        return Math.Sqrt(squares * filled.Count / (filled.Count - 1)) / n;
    }

    /// <summary>The chance that at least one of k trials passes: 1 − C(n−c, k) ÷ C(n, k) (Chen et al., arXiv 2107.03374).</summary>
    public static double PassAtK(int trials, int passed, int k)
    {
        var all = Choose(trials, k);
        return (double)(all - Choose(trials - passed, k)) / (double)all;
    }

    /// <summary>The chance that all of k trials pass: C(c, k) ÷ C(n, k) (Yao et al., τ-bench, arXiv 2406.12045).</summary>
    public static double PassHatK(int trials, int passed, int k) => (double)Choose(passed, k) / (double)Choose(trials, k);

    private static BigInteger Choose(int n, int k)
    {
        if (k > n)
        {
            return BigInteger.Zero;
        }

        var result = BigInteger.One;
        for (var i = 1; i <= k; i++)
        {
            result = result * (n - k + i) / i;
        }

        return result;
    }
}
