using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Runs;

/// <summary>How long runs are kept: <c>AgentEval:RetentionDays</c> and <c>AgentEval:RetentionCount</c>.</summary>
public sealed record RetentionOptions
{
    /// <summary>1 to 3,650 days; default 90.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Runs kept per suite and agent, 1 to 100,000; default null: any number.</summary>
    public int? Count { get; init; }

    /// <exception cref="InvalidOperationException">A value is out of its range.</exception>
    public static RetentionOptions Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new RetentionOptions
        {
            Age = TimeSpan.FromDays(AppNumbers.Read(configuration, "RetentionDays", 1, 3_650) ?? 90),
            Count = AppNumbers.Read(configuration, "RetentionCount", 1, 100_000),
        };
    }
}
