using System.Globalization;

namespace AgentEval.Core.Reports;

/// <summary>Numbers as people read them; an en dash where nothing was measured.</summary>
internal static class Figures
{
    public const string None = "–";

    /// <summary>Only all is 100 %, and only none 0 %: one failure in ten thousand is not rounded away.</summary>
    public static string Percent(double? rate) => rate switch
    {
        null => None,
        > 0 and < 0.001 => "0.1 %",
        > 0.999 and < 1 => "99.9 %",
        { } value => Format(value * 100, "0.0") + " %",
    };

    /// <summary>Rounded outwards: an interval must not look narrower than it is.</summary>
    public static string Interval(IReadOnlyList<double>? bounds) =>
        bounds is [var low, var high] ? $"{Format(Math.Floor(PerMille(low)) / 10, "0.0")} to {Format(Math.Ceiling(PerMille(high)) / 10, "0.0")} %" : None;

    public static string Score(double? score) => score is { } value ? Format(value, "0.00#") : None;

    public static string Number(double? number) => number is { } value ? Format(value, "#,0.###") : None;

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Usd(decimal? usd) => usd is { } value ? "$" + value.ToString("0.00####", CultureInfo.InvariantCulture) : None;

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>850 ms</c>, <c>2.14 s</c>, <c>12.3 s</c>, <c>4 min 05 s</c>, <c>2 h 03 min</c>.</summary>
    public static string Duration(double? seconds)
    {
        if (seconds is not { } value)
        {
            return None;
        }

        return Math.Max(0, value) switch
        {
            < 0.9995 => Format(Math.Max(0, value) * 1000, "0") + " ms",
            < 9.995 => Format(value, "0.0#") + " s",
            < 59.95 => Format(value, "0.0") + " s",
            < 3599.5 => Whole(value, 60, "min", "s"),
            _ => Whole(value / 60, 60, "h", "min"),
        };
    }

    /// <summary>Without the last bits, in which a number that is whole in decimals is not in binary.</summary>
    private static double PerMille(double rate) => Math.Round(rate * 1000, 6);

    private static string Whole(double value, int unit, string large, string small)
    {
        var rounded = (long)Math.Round(value);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded / unit} {large} {rounded % unit:00} {small}");
    }

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
