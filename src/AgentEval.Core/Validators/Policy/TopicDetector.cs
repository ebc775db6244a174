using AgentEval.Core.Criteria;

namespace AgentEval.Core.Validators.Policy;

/// <summary>Banned topics in plain text, as the policy validator finds them in answers.</summary>
internal sealed class TopicDetector(IReadOnlyList<string> bannedTopics) : ITextDetector
{
    public string Name => "policy";

    public IReadOnlyList<TextFinding> Detect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var findings = new List<TextFinding>();
        foreach (var topic in bannedTopics)
        {
            if (WholeWords.IndexOf(text, topic) is >= 0 and var at && RefusalDetector.Find(text) is null)
            {
                findings.Add(new TextFinding("BANNED_TOPIC", at, at + topic.Length, Severity.Medium, 0.8));
            }
        }

        findings.Sort((left, right) => left.Start.CompareTo(right.Start));
        return findings;
    }
}
