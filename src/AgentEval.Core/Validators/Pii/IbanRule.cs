using System.Globalization;

namespace AgentEval.Core.Validators.Pii;

/// <summary>International bank account numbers (ISO 13616): known country, its length, and remainder 1 modulo 97; in one piece or in groups of four.</summary>
internal static class IbanRule
{
    /// <summary>Country and length, from the SWIFT IBAN registry.</summary>
    private const string Countries =
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 "
        + "EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 "
        + "JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 "
        + "NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 "
        + "TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    private static readonly Dictionary<string, int> Lengths = Countries.Split(' ').ToDictionary(
        entry => entry[..2], entry => int.Parse(entry.AsSpan(2), CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);

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
