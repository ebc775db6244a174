namespace AgentEval.Core.Validators.Pii;

/// <summary>Four octets with dots; loopback and the unspecified address belong to nobody, and a version number looks the same.</summary>
internal static class Ipv4Rule
{
    private static readonly string[] Versions = ["version", " v", "release", "build"];

    public static TextFinding? FindAt(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && text[start - 1] == '.')
        {
            return null;
        }

        var (index, first) = (start, 0);
        for (var octet = 0; octet < 4; octet++)
        {
            if (octet > 0 && (index >= text.Length || text[index++] != '.'))
            {
                return null;
            }

            if (!TryReadOctet(text, ref index, out var value))
            {
                return null;
            }

            first = octet == 0 ? value : first;
        }

        var ends = !PiiCandidate.IsWordAt(text, index) && !(index < text.Length && text[index] == '.' && PiiCandidate.IsDigitAt(text, index + 1));
        if (!ends || first is 0 or 127)
        {
            return null;
        }

        return PiiCandidate.Of(PiiTypes.IpAddress, start, index, PiiCandidate.HasBefore(text, start, Versions, window: 12) ? 0.3 : 0.9);
    }

    private static bool TryReadOctet(ReadOnlySpan<char> text, ref int index, out int value)
    {
        var start = index;
        value = 0;
        while (PiiCandidate.IsDigitAt(text, index) && index - start < 3)
        {
            value = (value * 10) + (text[index++] - '0');
        }

        return index > start && value <= 255 && !(index - start > 1 && text[start] == '0');
    }
}
