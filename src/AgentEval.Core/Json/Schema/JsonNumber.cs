using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json.Schema;

/// <summary>A JSON number without rounding: mantissa × 10^exponent.</summary>
internal readonly record struct JsonNumber(BigInteger Mantissa, int Exponent) : IComparable<JsonNumber>
{
    /// <summary>Beyond it a number is refused: writing it out would cost more than it says.</summary>
    private const int MaxExponent = 5_000;

    public bool IsInteger => Exponent >= 0;

    /// <summary>False: not a number, or with an exponent beyond ±5,000.</summary>
    public static bool TryRead(JsonNode? node, out JsonNumber number)
    {
        number = default;
        return node?.GetValueKind() == JsonValueKind.Number && TryParse(node.ToJsonString(), out number);
    }

    public static bool TryParse(string text, out JsonNumber number)
    {
        number = default;
        var split = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (split >= 0 && (!int.TryParse(text.AsSpan(split + 1), CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > MaxExponent))
        {
            return false;
        }

        var digits = split >= 0 ? text[..split] : text;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= digits.Length - point - 1;
            digits = digits.Remove(point, 1);
        }

        if (digits.Length > MaxExponent || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mantissa))
        {
            return false;
        }

        number = Normalize(mantissa, exponent);
        return true;
    }

    public int CompareTo(JsonNumber other)
    {
        var common = Math.Min(Exponent, other.Exponent);
        return Scale(common).CompareTo(other.Scale(common));
    }

    public bool IsMultipleOf(JsonNumber divisor)
    {
        var common = Math.Min(Exponent, divisor.Exponent);
        return (Scale(common) % divisor.Scale(common)).IsZero;
    }

    private BigInteger Scale(int exponent) => Mantissa * BigInteger.Pow(10, Exponent - exponent);

    private static JsonNumber Normalize(BigInteger mantissa, int exponent)
    {
        if (mantissa.IsZero)
        {
            return new(0, 0);
        }

        while (exponent < 0)
        {
            var quotient = BigInteger.DivRem(mantissa, 10, out var rest);
            if (!rest.IsZero)
            {
                break;
            }

            (mantissa, exponent) = (quotient, exponent + 1);
        }

        return new(mantissa, exponent);
    }
}
