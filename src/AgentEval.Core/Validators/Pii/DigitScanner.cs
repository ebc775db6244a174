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
        : PiiCandidate.IsWordAt(text, start - 1) ? null
        : Ipv4Rule.FindAt(text, start) is { } address ? address
        : CardRule.FindAt(text, start) is { } card ? card
        : SsnRule.FindAt(text, start) is { } ssn ? ssn
        : PhoneRule.FindAt(text, start, from);

    private static int EndOfNumber(ReadOnlySpan<char> text, int start)
    {
        while (start < text.Length && char.IsAsciiLetterOrDigit(text[start]))
        {
            start++;
        }

        return start;
    }
}
