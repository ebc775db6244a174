namespace AgentEval.Client;

/// <summary>How a run is followed.</summary>
public sealed record AgentEvalClientOptions
{
    /// <summary>The first pause between two looks at a run; each is half again as long as the one before. Default 0.25 s.</summary>
    public TimeSpan FirstPoll { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>The longest pause between two looks; a run that expects to be done sooner is looked at sooner. Default 3 s.</summary>
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the service may be out of reach before following a run gives up. Default 60 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
