namespace AgentEval.Cli.Commands;

/// <summary>What a user's file is.</summary>
internal enum DocumentKind
{
    Suite,
    Agent,
    Run,
    Schedule,
    Batch,
}
