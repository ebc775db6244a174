using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Runs;

/// <summary>How many runs work and wait: <c>AgentEval:MaxActiveRuns</c> and <c>AgentEval:MaxQueuedRuns</c>.</summary>
public sealed record RunQueueOptions
{
    /// <summary>Runs at a time, 1 to 100; default 3.</summary>
    public int MaxActiveRuns { get; init; } = 3;

    /// <summary>Runs that may wait, 0 to 10,000; default 100. Beyond them a submission is answered 429.</summary>
    public int MaxQueuedRuns { get; init; } = 100;

    /// <exception cref="InvalidOperationException">A value is out of its range.</exception>
    public static RunQueueOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new RunQueueOptions
        {
            MaxActiveRuns = AppNumbers.Read(configuration, nameof(MaxActiveRuns), 1, 100) ?? 3,
            MaxQueuedRuns = AppNumbers.Read(configuration, nameof(MaxQueuedRuns), 0, 10_000) ?? 100,
        };
    }
}
