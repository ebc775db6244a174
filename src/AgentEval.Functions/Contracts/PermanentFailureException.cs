namespace AgentEval.Functions.Contracts;

/// <summary>A step that would fail again however often it were tried.</summary>
public sealed class PermanentFailureException : Exception
{
    public PermanentFailureException(string message)
        : base(message)
    {
    }

    public PermanentFailureException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
