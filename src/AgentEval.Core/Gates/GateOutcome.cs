using AgentEval.Core.Runs;

namespace AgentEval.Core.Gates;

/// <param name="Verdict">Of a completed run.</param>
/// <param name="Failures">Every limit that was broken; empty exactly when the verdict is <see cref="Verdict.Passed"/>.</param>
public sealed record GateOutcome(Verdict Verdict, IReadOnlyList<GateFailure> Failures);
