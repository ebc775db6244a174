namespace AgentEval.Functions.Storage;

/// <summary>Another execution of the same trial has taken its trace over; this one must stop writing. The trial itself goes on elsewhere.</summary>
public sealed class TraceTakenOverException : Exception
{
    public TraceTakenOverException(string name, Exception inner)
        : base($"{name} is being written by another execution of the trial.", inner)
    {
    }
}
