using System.Buffers;

namespace AgentEval.Core.Validators.Pii;

/// <summary>E-mail addresses: from each <c>@</c> outwards, at most 64 characters to the left and 255 to the right (RFC 5321, 4.5.3.1).</summary>
internal static class EmailScanner
{
    private const int MaxLocal = 64;
    private const int MaxDomain = 255;
    private const double Confidence = 0.95;

    private static readonly SearchValues<char> LocalMarks = SearchValues.Create("._%+'-&=!#$*/?^{|}~`");

    public static void Scan(ReadOnlySpan<char> text, List<TextFinding> findings)
    {
        for (var from = 0; text[from..].IndexOf('@') is >= 0 and var offset;)
        {
            var at = from + offset;
            var (start, end) = (StartOfLocal(text, at), EndOfDomain(text, at + 1));
            if (start < at && end > at + 1)
            {
                findings.Add(PiiCandidate.Of(PiiTypes.EmailAddress, start, end, Confidence));
            }

            from = Math.Max(at + 1, end);
        }
    }

    private static int StartOfLocal(ReadOnlySpan<char> text, int at)
    {
        var start = at;
        while (start > 0 && at - start < MaxLocal && (char.IsLetterOrDigit(text[start - 1]) || LocalMarks.Contains(text[start - 1])))
        {
            start--;
        }

        // Quotes and punctuation before an address are not part of it.
        while (start < at && !char.IsLetterOrDigit(text[start]))
        {
            start++;
        }

        return start;
    }

    /// <summary>The end of a domain with a top level of two or more letters; <paramref name="from"/> when there is none.</summary>
    private static int EndOfDomain(ReadOnlySpan<char> text, int from)
    {
        var (end, good) = (from, from);
        while (end < text.Length && end - from < MaxDomain)
        {
            var label = end;
            while (end < text.Length && end - from < MaxDomain && (char.IsLetterOrDigit(text[end]) || text[end] == '-'))
            {
                end++;
            }

            if (end == label)
            {
                break;
            }

            if (label > from && IsTopLevel(text[label..end]))
            {
                good = end;
            }

            if (end >= text.Length || text[end] != '.')
            {
                break;
            }

            end++;
        }

        return good;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> label)
    {
        foreach (var symbol in label)
        {
            if (!char.IsLetter(symbol))
            {
                return label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase);
            }
        }

        return label.Length >= 2;
    }
}
