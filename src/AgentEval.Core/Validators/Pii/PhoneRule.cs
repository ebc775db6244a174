namespace AgentEval.Core.Validators.Pii;

/// <summary>
/// Telephone numbers have no check digit: 7 to 15 digits (ITU-T E.164) count by their form (international prefix, area code in brackets, 3-3-4 groups) or
/// by the words around them; anything else stays below the default confidence.
/// </summary>
internal static class PhoneRule
{
    private const int MinDigits = 7;
    private const int MaxDigits = 15;

    private static readonly string[] Speaking =
        ["phone", "call", "mobile", "cell", "tel", "fax", "dial", "text", "sms", "whatsapp",
         "contact", "reach", "ring", "hotline", "desk", "office", "answer", "message", "direct", "toll"];

    private static readonly string[] OtherNumbers =
        ["card", "order", "account", "invoice", "license", "licence", "ticket", "tracking", "zip", "postal", "post code", "postcode", "ssn", "social security",
         "iban", "reference", "serial", "case", "passport", "policy number", "isbn", "product", "sku", "box", "id:", " id "];

    private static readonly string[] Following = ["office", "fax", "mobile", "cell", "phone", "home", "direct"];

    /// <param name="text">The text.</param>
    /// <param name="digit">Its first digit.</param>
    /// <param name="from">Nothing before it may be taken.</param>
    public static TextFinding? FindAt(ReadOnlySpan<char> text, int digit, int from)
    {
        var start = digit;
        while (start > from && digit - start < 2 && text[start - 1] is '+' or '(')
        {
            start--;
        }

        if (IsContinuation(text, start) || IsPartOfSomethingElse(text, start))
        {
            return null;
        }

        var shape = NumberShape.Read(text, start, MaxDigits);
        if (shape.Digits is < MinDigits or > MaxDigits || shape.IsDateOrRange(text) || !EndsWell(text, shape.End))
        {
            return null;
        }

        var confidence = ConfidenceOf(text, start, shape);
        return confidence == 0 ? null : PiiCandidate.Of(PiiTypes.PhoneNumber, start, EndWithExtension(text, shape.End), confidence);
    }

    /// <summary>The rest of a longer number that no rule took.</summary>
    private static bool IsContinuation(ReadOnlySpan<char> text, int start) =>
        char.IsAsciiDigit(text[start]) && start > 1 && text[start - 1] is ' ' or '-' && PiiCandidate.IsDigitAt(text, start - 2);

    /// <summary>Glued to a word, an amount of money, a number sign, or a longer code.</summary>
    private static bool IsPartOfSomethingElse(ReadOnlySpan<char> text, int start)
    {
        if (start == 0)
        {
            return false;
        }

        return text[start - 1] switch
        {
            '$' or '€' or '£' or '#' or '=' => true,
            '.' or ',' or '-' or '/' => start == 1 || PiiCandidate.IsWordAt(text, start - 2),
            _ => PiiCandidate.IsWordAt(text, start - 1),
        };
    }

    private static double ConfidenceOf(ReadOnlySpan<char> text, int start, NumberShape shape)
    {
        var byForm = FormConfidence(text, start, shape);
        var speaking = PiiCandidate.LastBefore(text, start, Speaking);
        var other = PiiCandidate.LastBefore(text, start, OtherNumbers);
        var followed = IsFollowed(text, shape.End);
        if (other > speaking && !followed)
        {
            return byForm >= 0.8 ? byForm : 0;
        }

        return speaking >= 0 || followed ? Math.Max(byForm + 0.1, shape.Groups > 1 ? 0.7 : 0.65) : byForm;
    }

    private static double FormConfidence(ReadOnlySpan<char> text, int start, NumberShape shape)
    {
        var international = text[start] == '+' || (text[start] == '(' && text[start + 1] == '+');
        var doubleZero = text[start] == '0' && text[start + 1] == '0' && shape is { Groups: >= 3, Digits: >= 9 };
        return shape switch
        {
            _ when international && shape.Digits >= 8 => 0.85,
            { HasTrunkZero: true } => 0.8,
            { IsNorthAmerican: true } => 0.75,
            _ when doubleZero => 0.7,
            { HasArea: true, Digits: >= 8 } => 0.6,
            { Digits: >= 9 and <= 11, Groups: >= 3 } when text[start] == '0' => 0.55,
            { Groups: > 1 } => 0.4,
            _ => 0.3,
        };
    }

    private static bool IsFollowed(ReadOnlySpan<char> text, int end)
    {
        var after = text[end..Math.Min(text.Length, end + 10)].TrimStart(" -(,");
        foreach (var word in Following)
        {
            if (after.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Not the beginning of a code, a decimal, a time or a percentage.</summary>
    private static bool EndsWell(ReadOnlySpan<char> text, int end)
    {
        if (end >= text.Length || EndWithExtension(text, end) > end)
        {
            return true;
        }

        return !PiiCandidate.IsWordAt(text, end) && text[end] is not ('%' or '@')
            && !(text[end] is '.' or ',' or ':' or '-' or '/' or ' ' && PiiCandidate.IsDigitAt(text, end + 1));
    }

    private static int EndWithExtension(ReadOnlySpan<char> text, int end)
    {
        var rest = text[end..Math.Min(text.Length, end + 12)];
        var trimmed = rest.TrimStart(' ');
        var mark = trimmed.StartsWith("extension", StringComparison.OrdinalIgnoreCase) ? 9
            : trimmed.StartsWith("ext", StringComparison.OrdinalIgnoreCase) ? 3
            : trimmed.StartsWith("x", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        if (mark == 0)
        {
            return end;
        }

        var number = trimmed[mark..].TrimStart(". ");
        var digits = number.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? number.Length : digits;
        return digits is 0 or > 6 ? end : end + rest.Length - number.Length + digits;
    }
}
