namespace AgentEval.Core.Validators.Pii;

/// <summary>International bank account numbers (ISO 13616): known country, its length, and remainder 1 modulo 97; in one piece or in groups of four.</summary>
internal static class IbanRule
{
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AD"] = 24, ["AE"] = 23, ["AL"] = 28, ["AT"] = 20, ["AZ"] = 28, ["BA"] = 20, ["BE"] = 16, ["BG"] = 22, ["BH"] = 22, ["BI"] = 27, ["BR"] = 29,
        ["BY"] = 28, ["CH"] = 21, ["CR"] = 22, ["CY"] = 28, ["CZ"] = 24, ["DE"] = 22, ["DJ"] = 27, ["DK"] = 18, ["DO"] = 28, ["EE"] = 20, ["EG"] = 29,
        ["ES"] = 24, ["FI"] = 18, ["FK"] = 18, ["FO"] = 18, ["FR"] = 27, ["GB"] = 22, ["GE"] = 22, ["GI"] = 23, ["GL"] = 18, ["GR"] = 27, ["GT"] = 28,
        ["HR"] = 21, ["HU"] = 28, ["IE"] = 22, ["IL"] = 23, ["IQ"] = 23, ["IS"] = 26, ["IT"] = 27, ["JO"] = 30, ["KW"] = 30, ["KZ"] = 20, ["LB"] = 28,
        ["LC"] = 32, ["LI"] = 21, ["LT"] = 20, ["LU"] = 20, ["LV"] = 21, ["LY"] = 25, ["MC"] = 27, ["MD"] = 24, ["ME"] = 22, ["MK"] = 19, ["MN"] = 20,
        ["MR"] = 27, ["MT"] = 31, ["MU"] = 30, ["NI"] = 28, ["NL"] = 18, ["NO"] = 15, ["OM"] = 23, ["PK"] = 24, ["PL"] = 28, ["PS"] = 29, ["PT"] = 25,
        ["QA"] = 29, ["RO"] = 24, ["RS"] = 22, ["RU"] = 33, ["SA"] = 24, ["SC"] = 31, ["SD"] = 18, ["SE"] = 24, ["SI"] = 19, ["SK"] = 24, ["SM"] = 27,
        ["SO"] = 23, ["ST"] = 25, ["SV"] = 28, ["TL"] = 23, ["TN"] = 24, ["TR"] = 26, ["UA"] = 29, ["VA"] = 22, ["VG"] = 24, ["XK"] = 20, ["YE"] = 30,
    };

    private static readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> LengthOf = Lengths.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="text">The text.</param>
    /// <param name="digit">The first check digit, after the two letters of the country.</param>
    /// <param name="from">Nothing before it may be taken.</param>
    public static TextFinding? FindAt(ReadOnlySpan<char> text, int digit, int from)
    {
        var start = digit - 2;
        if (start < from || PiiCandidate.IsWordAt(text, start - 1) || !PiiCandidate.IsDigitAt(text, digit + 1)
            || !LengthOf.TryGetValue(text.Slice(start, 2), out var length))
        {
            return null;
        }

        var (remainder, count, index) = (0, 0, start);
        Span<char> symbols = stackalloc char[length];
        while (index < text.Length && count < length)
        {
            if (char.IsAsciiLetterOrDigit(text[index]))
            {
                symbols[count++] = text[index];
            }
            else if (text[index] != ' ' || count % 4 != 0)
            {
                return null;
            }

            index++;
        }

        if (count < length || PiiCandidate.IsWordAt(text, index))
        {
            return null;
        }

        for (var i = 0; i < length; i++)
        {
            var symbol = char.ToUpperInvariant(symbols[(i + 4) % length]);
            remainder = char.IsAsciiDigit(symbol) ? ((remainder * 10) + (symbol - '0')) % 97 : ((remainder * 100) + (symbol - 'A' + 10)) % 97;
        }

        return remainder == 1 ? PiiCandidate.Of(PiiTypes.Iban, start, index, 0.99) : null;
    }
}
