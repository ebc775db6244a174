namespace AgentEval.Core.Problems;

/// <summary>One thing wrong with what a user gave us.</summary>
/// <param name="Path">Where: a JSON path without the leading <c>$</c>, such as <c>scenarios[2].turns[0].user</c>; empty for the document itself.</param>
/// <param name="Code">A stable, camelCase word for programs, such as <c>unknownKey</c>.</param>
/// <param name="Message">What is wrong and how to mend it, for people.</param>
public sealed record Problem(string Path, string Code, string Message);
