namespace AgentEval.Core.Validators.Pii;

/// <summary>Finds personal data by structure: check digits, ranges, known lengths, and for numbers without either the words around them.</summary>
/// <param name="types">What to look for: names of <see cref="PiiTypes"/>.</param>
internal sealed class PiiDetector(IEnumerable<string> types) : ITextDetector
{
    private readonly HashSet<string> _types = [.. types];

    public string Name => "pii";

    public IReadOnlyList<TextFinding> Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var candidates = new List<TextFinding>();
        EmailScanner.Scan(text, candidates);
        Ipv6Scanner.Scan(text, candidates);
        DigitScanner.Scan(text, candidates);
        LooseScanners.Scan(text, _types, candidates);
        if (candidates.Count == 0)
        {
            return [];
        }

        return WithoutOverlaps(candidates).Where(finding => _types.Contains(finding.Type)).ToList();
    }

    /// <summary>Of two findings at one place the surer one stays.</summary>
    private static List<TextFinding> WithoutOverlaps(List<TextFinding> candidates)
    {
        candidates.Sort((left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : right.Confidence.CompareTo(left.Confidence));
        var kept = new List<TextFinding>(candidates.Count);
        foreach (var candidate in candidates)
        {
            if (kept.Count == 0 || kept[^1].End <= candidate.Start)
            {
                kept.Add(candidate);
            }
            else if (kept[^1].Confidence < candidate.Confidence)
            {
                kept[^1] = candidate;
            }
        }

        return kept;
    }
}
