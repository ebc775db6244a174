namespace AgentEval.Core.Validators;

/// <summary>Finds something in plain text, whatever it comes from. Stateless, linear in the text.</summary>
public interface ITextDetector
{
    /// <summary><c>pii</c>, <c>refusal</c>, …</summary>
    string Name { get; }

    /// <summary>In the order of their starts; they do not overlap.</summary>
    IReadOnlyList<TextFinding> Detect(string text);
}

/// <param name="Type">Such as <c>CREDIT_CARD</c>.</param>
/// <param name="Start">UTF-16 units from the text's start.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Severity">How bad it is to find it in an answer.</param>
/// <param name="Confidence">0.0 to 1.0.</param>
public readonly record struct TextFinding(string Type, int Start, int End, Severity Severity, double Confidence);
