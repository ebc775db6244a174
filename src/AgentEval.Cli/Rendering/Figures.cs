using System.Globalization;

namespace AgentEval.Cli.Rendering;

/// <summary>Numbers as people read them; <c>–</c> where there is none.</summary>
internal static class Figures
{
    public const string None = "–";

    /// <summary>Only all is 100 %, and only none 0 %: one failure in ten thousand is not rounded away.</summary>
    public static string Percent(double? share) => share switch
    {
        null => None,
        > 0 and < 0.001 => "0.1 %",
        > 0.999 and < 1 => "99.9 %",
        { } value => Rounded(value * 100),
    };

    public static string Score(double? score) => score is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : None;

    /// <summary>Rounded outwards: an interval must not look narrower than it is.</summary>
    public static string Interval(IReadOnlyList<double>? interval) => interval is [var low, var high]
        ? $"{Rounded(Math.Floor(PerMille(low)) / 10)} to {Rounded(Math.Ceiling(PerMille(high)) / 10)}"
        : None;

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    public static string Usd(decimal? amount) => amount is { } value ? "$" + value.ToString("0.00##", CultureInfo.InvariantCulture) : None;

    public static string Duration(double? seconds) => seconds switch
    {
        null => None,
        < 1 => (seconds.Value * 1000).ToString("0", CultureInfo.InvariantCulture) + " ms",
        < 60 => seconds.Value.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        < 3600 => TimeSpan.FromSeconds(seconds.Value).ToString(@"m\ \m\i\n\ s\ \s", CultureInfo.InvariantCulture),
        _ => TimeSpan.FromSeconds(seconds.Value).ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    };

    public static string Time(DateTimeOffset? time) => time is { } value ? value.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : None;

    /// <summary>Without the last bits, in which a number that is whole in decimals is not in binary.</summary>
    private static double PerMille(double rate) => Math.Round(rate * 1000, 6);

    private static string Rounded(double percent) => percent.ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
