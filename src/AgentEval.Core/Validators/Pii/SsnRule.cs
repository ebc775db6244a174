namespace AgentEval.Core.Validators.Pii;

/// <summary>US social security numbers: area not 000, 666 or 9xx, group not 00, serial not 0000; nine digits in a row only where the words before say so.</summary>
internal static class SsnRule
{
    private static readonly string[] Context = ["ssn", "social security", "social insurance", "tax id"];

    public static TextFinding? FindAt(ReadOnlySpan<char> text, int start)
    {
        var separated = start + 3 < text.Length && text[start + 3] is '-' or ' ';
        var length = separated ? 11 : 9;
        var end = start + length;
        if (end > text.Length || PiiCandidate.IsWordAt(text, end) || (end + 1 < text.Length && text[end] is '-' or '.' && PiiCandidate.IsDigitAt(text, end + 1))
            || (start > 0 && text[start - 1] is '-' or '+' or '.' or '(' && start > 1 && !char.IsWhiteSpace(text[start - 2]))
            || !TryRead(text[start..end], separated, out var number) || !IsValid(number))
        {
            return null;
        }

        var hasContext = PiiCandidate.HasBefore(text, start, Context);
        var confidence = (separated, text[start + 3], hasContext) switch
        {
            (true, '-', _) => hasContext ? 0.98 : 0.85,
            (_, _, true) => 0.8,
            _ => 0,
        };
        return confidence == 0 ? null : PiiCandidate.Of(PiiTypes.UsSsn, start, end, confidence);
    }

    private static bool TryRead(ReadOnlySpan<char> text, bool separated, out int number)
    {
        number = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (separated && i is 3 or 6)
            {
                if (text[i] != text[3])
                {
                    return false;
                }
            }
            else if (!char.IsAsciiDigit(text[i]))
            {
                return false;
            }
            else
            {
                number = (number * 10) + (text[i] - '0');
            }
        }

        return true;
    }

    private static bool IsValid(int number)
    {
        var (area, group, serial) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
        return area is > 0 and < 900 and not 666 && group != 0 && serial != 0;
    }
}
