namespace AgentEval.Core.Problems;

/// <summary>What came of reading a user's document.</summary>
/// <param name="Value">Null exactly when <paramref name="Problems"/> has errors.</param>
/// <param name="Problems">Everything wrong with it, and what a user should know.</param>
public sealed record ReadResult<T>(T? Value, ProblemList Problems)
    where T : class
{
    /// <summary>Keeps the invariant: a document with errors has no value.</summary>
    internal static ReadResult<T> Of(T? value, ProblemList problems) => new(problems.HasErrors ? null : value, problems);
}
