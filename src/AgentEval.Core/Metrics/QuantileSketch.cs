namespace AgentEval.Core.Metrics;

/// <summary>
/// Durations in bins that grow by a constant factor: any quantile is within 1 % of the true value, and merging is adding counts, so the order
/// of merging changes nothing (DDSketch: Masson, Rim and Lee, PVLDB 12(12), 2019).
/// </summary>
public sealed record QuantileSketch
{
    /// <summary>Relative error of a quantile.</summary>
    public const double Accuracy = 0.01;

    private const double Gamma = (1 + Accuracy) / (1 - Accuracy);

    private static readonly double LogGamma = Math.Log(Gamma);

    public static QuantileSketch Empty { get; } = new();

    /// <summary>Count by bin; bin i holds the microseconds in (γ^(i−1), γ^i].</summary>
    public IReadOnlyDictionary<int, long> Bins { get; init; } = new Dictionary<int, long>();

    /// <summary>Values of less than a microsecond.</summary>
    public long Zeros { get; init; }

    public long Count { get; init; }

    public long? MinMicros { get; init; }

    public long? MaxMicros { get; init; }

    public static QuantileSketch Of(IEnumerable<long> micros)
    {
        ArgumentNullException.ThrowIfNull(micros);
        var values = micros.ToList();
        if (values.Count == 0)
        {
            return Empty;
        }

        var bins = values.Where(value => value > 0).GroupBy(Bin).ToDictionary(group => group.Key, group => (long)group.Count());
        return new QuantileSketch
        {
            Bins = bins,
            Zeros = values.Count(value => value <= 0),
            Count = values.Count,
            MinMicros = values.Min(),
            MaxMicros = values.Max(),
        };
    }

    public QuantileSketch Merge(QuantileSketch other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new QuantileSketch
        {
            Bins = Tally.Merge(Bins, other.Bins, (left, right) => left + right),
            Zeros = Zeros + other.Zeros,
            Count = Count + other.Count,
            MinMicros = Smaller(MinMicros, other.MinMicros),
            MaxMicros = Larger(MaxMicros, other.MaxMicros),
        };
    }

    /// <summary>The smallest value that at least <paramref name="share"/> of all values do not exceed (nearest rank), in seconds; null for none.</summary>
    public double? Quantile(double share)
    {
        if (Count == 0)
        {
            return null;
        }

        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        var seen = Zeros;
        if (rank <= seen)
        {
            return 0;
        }

        foreach (var (bin, count) in Bins.OrderBy(pair => pair.Key))
        {
            seen += count;
            if (rank <= seen)
            {
                var middle = 2 * Math.Pow(Gamma, bin) / (Gamma + 1);
                return Units.ToSeconds((long)Math.Round(Math.Clamp(middle, MinMicros ?? 0, MaxMicros ?? middle)));
            }
        }

        throw new InvalidDataException("A quantile sketch counts more values than its bins hold.");
    }

    private static int Bin(long micros) => (int)Math.Ceiling(Math.Log(micros) / LogGamma);

    private static long? Smaller(long? left, long? right) => left is null || right < left ? right ?? left : left;

    private static long? Larger(long? left, long? right) => left is null || right > left ? right ?? left : left;
}
