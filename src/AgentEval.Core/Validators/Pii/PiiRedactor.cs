using System.Text;

namespace AgentEval.Core.Validators.Pii;

internal static class PiiRedactor
{
    private static readonly PiiDetector Detector = new(PiiTypes.Default);

    /// <summary>The text with every personal value masked.</summary>
    public static string Redact(string text)
    {
        var findings = Detector.Detect(text);
        if (findings.Count == 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var last = 0;
        foreach (var finding in findings)
        {
            result.Append(text, last, finding.Start - last).Append(Value(finding.Type, text.AsSpan()[finding.Start..finding.End]));
            last = finding.End;
        }

        return result.Append(text, last, text.Length - last).ToString();
    }

    public static string Value(string type, ReadOnlySpan<char> value) =>
        type == PiiTypes.EmailAddress ? Redaction.Email(value) : Redaction.Middle(Compact(value));

    /// <summary>Letters and digits only, so that separators do not use up what is shown.</summary>
    public static string Compact(ReadOnlySpan<char> value)
    {
        var result = new StringBuilder(value.Length);
        foreach (var symbol in value)
        {
            if (char.IsLetterOrDigit(symbol))
            {
                result.Append(symbol);
            }
        }

        return result.ToString();
    }
}
