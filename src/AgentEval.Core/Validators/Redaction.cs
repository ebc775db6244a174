namespace AgentEval.Core.Validators;

/// <summary>Enough of a value to recognise it, not enough to use it.</summary>
internal static class Redaction
{
    public const string Mask = "••••";

    private const int LongValue = 12;

    /// <summary><c>4111••••1111</c>; a value shorter than 12 shows only its ends, one shorter than 6 nothing.</summary>
    public static string Middle(ReadOnlySpan<char> value) => value.Length switch
    {
        >= LongValue => $"{value[..4]}{Mask}{value[^4..]}",
        >= 6 => $"{value[..1]}{Mask}{value[^2..]}",
        _ => Mask,
    };

    /// <summary><c>j•••@example.com</c>.</summary>
    public static string Email(ReadOnlySpan<char> value)
    {
        var at = value.IndexOf('@');
        return at <= 0 ? Middle(value) : $"{value[..1]}•••{value[at..]}";
    }

    /// <summary>A piece of text for evidence, with every personal value in it masked and cut at 120 characters.</summary>
    public static string Text(string text)
    {
        const int Limit = 120;
        var redacted = Pii.PiiRedactor.Redact(text.ReplaceLineEndings(" ").Trim());
        return redacted.Length <= Limit ? redacted : redacted[..Limit] + "…";
    }
}
