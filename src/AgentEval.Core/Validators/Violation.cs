namespace AgentEval.Core.Validators;

/// <summary>What a validator reports.</summary>
/// <param name="Id"><c>{trialId}-{seq}-{n}</c>, n from 1 within the event.</param>
/// <param name="TrialId">The trial.</param>
/// <param name="Seq">The event it was seen at.</param>
/// <param name="Validator"><c>pii</c>, <c>policy</c>, <c>promptInjection</c> or <c>actionMisuse</c>.</param>
/// <param name="Type">Such as <c>CREDIT_CARD</c>.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Confidence">0.0 to 1.0.</param>
/// <param name="Message">For people.</param>
/// <param name="Evidence">Redacted: <c>4111••••1111</c>.</param>
/// <param name="At">The event's time.</param>
public sealed record Violation(
    string Id, string TrialId, int Seq, string Validator, string Type, Severity Severity, double Confidence, string Message, string Evidence, DateTimeOffset At);

public enum Severity
{
    Low,
    Medium,
    High,
    Critical,
}
