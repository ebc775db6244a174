using System.Text.RegularExpressions;

namespace AgentEval.Core.Validators.Pii;

/// <summary>The types that are off by default: they have a form, but no check, and mostly identify nobody.</summary>
internal static class LooseScanners
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
    private const string Months =
        "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

    private static readonly (string Type, Regex Pattern, double Confidence)[] Patterns =
    [
        (PiiTypes.DomainName, new Regex(@"\bhttps?://[\w-]+(?:\.[\w-]+)+/?|\bwww(?:\.[\w-]+){2,}/?", Linear), 0.9),
        (PiiTypes.DateTime, new Regex(
            $@"\b(?:\d{{4}}-\d{{2}}-\d{{2}}(?:[ T]\d{{2}}:\d{{2}}(?::\d{{2}})?)?|\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}"
            + $@"|(?:{Months})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th)? (?:{Months})\.?,? \d{{4}}|(?:19|20)\d{{2}}"
            + @"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", Linear), 0.6),
        (PiiTypes.ZipCode, new Regex(@"\b(?:zip|postal|post ?code)(?: code)?(?: is|:)? ?(?<value>\d{3,5}(?:[- ]\d{2,4})?(?: [a-z]{2}\b)?)", Linear), 0.7),
        (PiiTypes.UsDriverLicense, new Regex(@"\bdriver'?s?'? licen[sc]e(?: number)?(?: is|:)? ?(?<value>[a-z]{0,2}[\d-]{6,14})\b", Linear), 0.8),
    ];

    public static void Scan(string text, IReadOnlySet<string> types, List<TextFinding> findings)
    {
        foreach (var (type, pattern, confidence) in Patterns.Where(entry => types.Contains(entry.Type)))
        {
            foreach (Match match in pattern.Matches(text))
            {
                var value = match.Groups["value"] is { Success: true } group ? group : (Capture)match;
                findings.Add(PiiCandidate.Of(type, value.Index, value.Index + value.Length, confidence));
            }
        }
    }
}
