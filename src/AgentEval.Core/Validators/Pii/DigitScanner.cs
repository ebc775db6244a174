namespace AgentEval.Core.Validators.Pii;

/// <summary>Everything that is made of digits: jumps from one number to the next and asks each type whether it begins there.</summary>
internal static class DigitScanner
{
    public static void Scan(ReadOnlySpan<char> text, List<TextFinding> findings)
    {
        for (var index = 0; index < text.Length && text[index..].IndexOfAnyInRange('0', '9') is >= 0 and var offset;)
        {
            var start = index + offset;
            if (FindAt(text, start, index) is { } found)
            {
                findings.Add(found);
                index = found.End;
            }
            else
            {
                index = EndOfNumber(text, start);
            }
        }
    }

    private static TextFinding? FindAt(ReadOnlySpan<char> text, int start, int from) =>
        IbanRule.FindAt(text, start, from) is { } iban ? iban
        : PiiCandidate.IsWordAt(text, start - 1) || IsShort(text, start) ? null
        : Ipv4Rule.FindAt(text, start) is { } address ? address
        : CardRule.FindAt(text, start) is { } card ? card
        : SsnRule.FindAt(text, start) is { } ssn ? ssn
        : PhoneRule.FindAt(text, start, from);

    /// <summary>Fewer digits, separators included, than the shortest value (an IPv4 address): most numbers in a text, and not worth a closer look.</summary>
    private static bool IsShort(ReadOnlySpan<char> text, int start)
    {
        const int FewestDigits = 4;
        var digits = 0;
        for (var index = start; index < text.Length && digits < FewestDigits; index++)
        {
            if (char.IsAsciiDigit(text[index]))
            {
                digits++;
            }
            else if (text[index] is not (' ' or '-' or '.' or '(' or ')' or '/'))
            {
                return true;
            }
        }

        return digits < FewestDigits;
    }

    private static int EndOfNumber(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && char.IsAsciiLetterOrDigit(text[start]))
        {
            start++;
        }

        return start;
    }
}
