namespace AgentEval.Core.Gates;

/// <summary>A limit of the gate that was broken.</summary>
/// <param name="Name">The limit's key, such as <c>minPassRate</c> or <c>maxViolationsByType.CREDIT_CARD</c>.</param>
/// <param name="Required">The limit.</param>
/// <param name="Actual">What was measured; null: it could not be measured, which breaks a limit too.</param>
/// <param name="Message">For people.</param>
public sealed record GateFailure(string Name, double Required, double? Actual, string Message);
