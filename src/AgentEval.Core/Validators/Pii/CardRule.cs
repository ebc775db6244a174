namespace AgentEval.Core.Validators.Pii;

/// <summary>
/// Payment cards: 12 to 19 digits, alone or in groups, with the Luhn check digit and a known issuer range (ISO/IEC 7812), or words about a card before them.
/// </summary>
internal static class CardRule
{
    private const int MinDigits = 12;
    private const int MaxDigits = 19;

    private static readonly string[] Context = ["card", "credit", "debit", "visa", "amex"];

    public static TextFinding? FindAt(ReadOnlySpan<char> text, int start)
    {
        // A fraction or a part of a longer code.
        if (start > 0 && text[start - 1] is '.' or '-' && PiiCandidate.IsWordAt(text, start - 2))
        {
            return null;
        }

        Span<byte> digits = stackalloc byte[MaxDigits];
        var (count, group, end, separator) = (0, 0, -1, '\0');
        for (var index = start; index < text.Length && count < MaxDigits; index++)
        {
            if (char.IsAsciiDigit(text[index]))
            {
                digits[count++] = (byte)(text[index] - '0');
                group++;
                if (EndsAt(text, index + 1) && count >= MinDigits && HasLuhnDigit(digits[..count]) && (HasKnownIssuer(digits[..count]) || IsSpokenOf(text, start)))
                {
                    end = index + 1;
                }
            }
            else if (group >= 3 && text[index] is ' ' or '-' && (separator == '\0' || separator == text[index]) && PiiCandidate.IsDigitAt(text, index + 1))
            {
                (separator, group) = (text[index], 0);
            }
            else
            {
                break;
            }
        }

        return end < 0 ? null : PiiCandidate.Of(PiiTypes.CreditCard, start, end, IsSpokenOf(text, start) ? 0.99 : 0.9);
    }

    private static bool IsSpokenOf(ReadOnlySpan<char> text, int start) => PiiCandidate.HasBefore(text, start, Context);

    private static bool EndsAt(ReadOnlySpan<char> text, int end) =>
        !PiiCandidate.IsWordAt(text, end) && !(end < text.Length && text[end] == '.' && PiiCandidate.IsDigitAt(text, end + 1));

    private static bool HasKnownIssuer(ReadOnlySpan<byte> digits)
    {
        var prefix = (digits[0] * 1000) + (digits[1] * 100) + (digits[2] * 10) + digits[3];
        return digits.Length switch
        {
            12 => IsMaestro(prefix),
            13 => digits[0] == 4 || IsMaestro(prefix),
            14 => prefix is (>= 3000 and <= 3059) or 3095 or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) || IsMaestro(prefix),
            15 => prefix is (>= 3400 and <= 3499) or (>= 3700 and <= 3799) or 1800 or 2131 || IsMaestro(prefix),
            _ => digits[0] is 4 or 6 || prefix is (>= 5100 and <= 5599) or (>= 2221 and <= 2720) or (>= 2200 and <= 2204) or (>= 3500 and <= 3599)
                or (>= 3000 and <= 3059) or (>= 3600 and <= 3699) or (>= 3800 and <= 3999) or (>= 8100 and <= 8299) || IsMaestro(prefix),
        };
    }

    private static bool IsMaestro(int prefix) => prefix is 5018 or 5020 or 5038 or 5893 or 6304 or (>= 6759 and <= 6763) or (>= 5600 and <= 5699);

    /// <summary>ISO/IEC 7812-1, annex B.</summary>
    private static bool HasLuhnDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] * (1 + (i % 2));
            sum += digit > 9 ? digit - 9 : digit;
        }

        // All zeros pass the check, but are no card.
        return sum > 0 && sum % 10 == 0;
    }
}
