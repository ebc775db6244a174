using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentEval.Core.Json;

/// <summary>What a plain scalar means in the core schema of YAML 1.2 (section 10.3.2): <c>yes</c>, <c>on</c> and dates are texts.</summary>
internal static partial class YamlScalars
{
    /// <summary>False: a value that JSON cannot hold (<c>.inf</c>, <c>.nan</c>, a number beyond a double).</summary>
    public static bool TryResolve(string text, out JsonNode? value)
    {
        value = null;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return true;
            case "true" or "True" or "TRUE":
                value = JsonValue.Create(true);
                return true;
            case "false" or "False" or "FALSE":
                value = JsonValue.Create(false);
                return true;
        }

        if (NotFinite().IsMatch(text))
        {
            return false;
        }

        if (NumberOf(text) is not { } number)
        {
            value = JsonValue.Create(text);
            return true;
        }

        value = JsonValue.Create(JsonElement.Parse(number));
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var finite) && double.IsFinite(finite);
    }

    /// <summary>The JSON text of a number; digits that mean something to people (<c>1.10</c>) are kept. Null: not a number.</summary>
    private static string? NumberOf(string text)
    {
        if (Decimal().Match(text) is { Success: true } match)
        {
            var whole = match.Groups["whole"].Value.TrimStart('0');
            var fraction = match.Groups["fraction"].Value;
            return string.Concat(
                match.Groups["sign"].Value == "-" ? "-" : "", whole.Length == 0 ? "0" : whole, fraction.Length == 0 ? "" : "." + fraction, match.Groups["exponent"].Value);
        }

        return Octal().IsMatch(text) ? Digits(text, 8) : Hexadecimal().IsMatch(text) ? Digits(text, 16) : null;
    }

    private static string Digits(string text, int radix) =>
        text.Skip(2).Aggregate(BigInteger.Zero, (sum, digit) => (sum * radix) + Convert.ToInt32(digit.ToString(), 16)).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[-+]?(\.inf|\.Inf|\.INF)$|^(\.nan|\.NaN|\.NAN)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NotFinite();

    [GeneratedRegex(@"^(?<sign>[-+]?)((?<whole>[0-9]+)(\.(?<fraction>[0-9]*))?|\.(?<fraction>[0-9]+))(?<exponent>([eE][-+]?[0-9]+)?)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0o[0-7]{1,400}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]{1,300}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();
}
