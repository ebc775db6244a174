using System.Globalization;

namespace AgentEval.Core.Gates;

/// <summary>One limit of the gate beside what was measured.</summary>
/// <param name="Name">The limit's key.</param>
/// <param name="Kind">Whether the figure must not fall below or not rise above the limit.</param>
/// <param name="Required">The limit.</param>
/// <param name="Actual">Null: could not be measured.</param>
/// <param name="Unit">How people read the figures.</param>
/// <param name="Look">What to look at when the limit is broken.</param>
/// <param name="Unmeasured">Why there is no figure, and what to do about it.</param>
/// <param name="Starved">There is no figure because no trial that would give one ended with a score.</param>
internal sealed record GateLimit(
    string Name, LimitKind Kind, double Required, double? Actual, LimitUnit Unit, string Look, string Unmeasured = "", bool Starved = false)
{
    /// <summary>A limit that cannot be measured is broken: silence is no pass.</summary>
    public bool IsMet => Actual is { } actual && (Kind == LimitKind.AtLeast ? actual >= Required : actual <= Required);

    /// <summary><c>≥ 90 %</c>.</summary>
    public string Bound => $"{(Kind == LimitKind.AtLeast ? "≥" : "≤")} {Show(Required)}";

    public string Remedy => Actual is null ? Unmeasured : Look;

    public GateFailure ToFailure()
    {
        var bound = $"at {(Kind == LimitKind.AtLeast ? "least" : "most")} {Show(Required)}";
        var message = Actual is { } actual
            ? $"{Name}: {Show(actual)}, the limit is {bound}. {Remedy}"
            : $"{Name}: could not be measured, the limit is {bound}. {Remedy}";
        return new GateFailure(Name, Required, Actual, message);
    }

    public string Show(double value) => Unit switch
    {
        LimitUnit.Rate => (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
        LimitUnit.Seconds => value.ToString("0.###", CultureInfo.InvariantCulture) + " s",
        LimitUnit.Usd => value.ToString("0.######", CultureInfo.InvariantCulture) + " USD",
        LimitUnit.Number => value.ToString("0.###", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"No unit {Unit}."),
    };
}

internal enum LimitKind
{
    AtLeast,
    AtMost,
}

internal enum LimitUnit
{
    Number,
    Rate,
    Seconds,
    Usd,
}
