using System.Buffers;
using System.Net;

namespace AgentEval.Core.Validators.Pii;

/// <summary>IPv6 addresses (RFC 4291) that are long enough not to be code; loopback and unspecified addresses belong to nobody.</summary>
internal static class Ipv6Scanner
{
    private const int MaxLength = 45;
    private const int MinLength = 7;
    private const double Confidence = 0.9;

    private static readonly SearchValues<char> Symbols = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static void Scan(ReadOnlySpan<char> text, List<TextFinding> findings)
    {
        for (var from = 0; from < text.Length && text[from..].IndexOf(':') is >= 0 and var offset;)
        {
            var (start, end) = (from + offset, from + offset);
            while (start > from && from + offset - start < 4 && Symbols.Contains(text[start - 1]))
            {
                start--;
            }

            while (end < text.Length && end - start < MaxLength && Symbols.Contains(text[end]))
            {
                end++;
            }

            from = Math.Max(end, from + offset + 1);
            if (!PiiCandidate.IsWordAt(text, start - 1) && !PiiCandidate.IsWordAt(text, end))
            {
                Add(text[start..end].TrimEnd(".:"), start, findings);
            }
        }
    }

    private static void Add(ReadOnlySpan<char> candidate, int start, List<TextFinding> findings)
    {
        if (candidate.Length >= MinLength && candidate.Count(':') >= 2 && candidate.ContainsAnyInRange('0', '9')
            && IPAddress.TryParse(candidate, out var address) && !IPAddress.IsLoopback(address))
        {
            findings.Add(PiiCandidate.Of(PiiTypes.IpAddress, start, start + candidate.Length, Confidence));
        }
    }
}
