using System.Globalization;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The types of the table service, and how values cross between them and .NET.</summary>
internal static class Edm
{
    public const string Binary = "Edm.Binary";
    public const string Boolean = "Edm.Boolean";
    public const string DateTime = "Edm.DateTime";
    public const string Double = "Edm.Double";
    public const string Guid = "Edm.Guid";
    public const string Int32 = "Edm.Int32";
    public const string Int64 = "Edm.Int64";
    public const string String = "Edm.String";

    /// <summary>The service keeps 100 ns.</summary>
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    public static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <exception cref="NotSupportedException">The time is not UTC; the real client refuses to guess, too.</exception>
    public static string FormatTime(DateTime time) => time.Kind == DateTimeKind.Utc
        ? time.ToString(TimeFormat, CultureInfo.InvariantCulture)
        : throw new NotSupportedException($"DateTime {time} has a Kind of {time.Kind}. It must be UTC: call DateTime.ToUniversalTime or DateTime.SpecifyKind.");

    /// <summary>NaN and the infinities, which JSON numbers lack, as the service spells them; null for every other number.</summary>
    public static string? NameOf(double value) => value switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ => null,
    };

    /// <summary>A value that stands as a JSON string, by its annotated type; unannotated it is text.</summary>
    public static object Parse(string text, string? type) => type switch
    {
        null or String => text,
        Int64 => long.Parse(text, CultureInfo.InvariantCulture),
        DateTime => ParseTime(text),
        Guid => System.Guid.Parse(text),
        Binary => Convert.FromBase64String(text),
        Double => ParseDouble(text),
        Int32 => int.Parse(text, CultureInfo.InvariantCulture),
        Boolean => bool.Parse(text),
        _ => throw new NotSupportedException($"The table service returned the unknown type {type}."),
    };

    public static DateTimeOffset ParseTime(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AssumeUniversal);

    private static double ParseDouble(string text) => text switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    /// <summary>The value as a property of <paramref name="target"/> takes it (not nullable).</summary>
    /// <exception cref="InvalidCastException">The stored value has a type that does not fit; so of the format and overflow exceptions.</exception>
    public static object ConvertTo(object value, Type target)
    {
        if (target.IsInstanceOfType(value))
            return value;
        if (target.IsEnum)
            return Enum.Parse(target, (string)value);
        return value switch
        {
            DateTimeOffset time when target == typeof(DateTime) => time.UtcDateTime,
            byte[] bytes when target == typeof(BinaryData) => BinaryData.FromBytes(bytes),
            string text when target == typeof(DateTimeOffset) => ParseTime(text),
            string text when target == typeof(DateTime) => ParseTime(text).UtcDateTime,
            string text when target == typeof(Guid) => System.Guid.Parse(text),
            string text when target == typeof(Azure.ETag) => new Azure.ETag(text),
            int or long or double when target.IsPrimitive => Convert.ChangeType(value, target, CultureInfo.InvariantCulture),
            _ => throw new InvalidCastException($"A stored {value.GetType().Name} does not fit a property of type {target.Name}."),
        };
    }
}
