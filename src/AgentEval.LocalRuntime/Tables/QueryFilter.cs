using System.Globalization;
using System.Text;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>OData filters from interpolated strings.</summary>
internal static class QueryFilter
{
    public static string? Create(FormattableString? filter)
    {
        if (filter is null)
            return null;

        object[] literals = new object[filter.ArgumentCount];
        for (int i = 0; i < literals.Length; i++)
            literals[i] = Literal(filter.GetArgument(i), i);
        return string.Format(CultureInfo.InvariantCulture, filter.Format, literals);
    }

    private static string Literal(object? value, int position) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long or ulong => Invariant(value) + "L",
        sbyte or byte or short or ushort or int or uint or float or double or decimal => Invariant(value),
        Guid id => $"guid'{id}'",
        byte[] bytes => $"X'{Convert.ToHexStringLower(bytes)}'",
        BinaryData data => $"X'{Convert.ToHexStringLower(data.ToMemory().Span)}'",
        DateTimeOffset time => $"datetime'{Edm.FormatTime(time)}'",
        DateTime time => $"datetime'{Edm.FormatTime(time.ToUniversalTime())}'",
        string or char or StringBuilder => $"'{EscapeQuotes(value.ToString()!)}'",
        _ => throw new ArgumentException($"Unable to convert argument {position} from type {value.GetType()} to an OData literal."),
    };

    private static string Invariant(object number) => ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture);

    /// <summary>As the text of a quoted literal.</summary>
    public static string EscapeQuotes(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
