namespace AgentEval.Functions.Trials;

/// <summary>How long and how often one trial may try.</summary>
/// <param name="TrialTimeout">The whole trial, resets and retries included.</param>
/// <param name="CallTimeout">One agent call.</param>
/// <param name="Retries">Of one agent call.</param>
/// <param name="RetryDelay">Before the first retry.</param>
/// <param name="Backoff">Each further delay is this many times the one before.</param>
internal sealed record TrialRules(TimeSpan TrialTimeout, TimeSpan CallTimeout, int Retries, TimeSpan RetryDelay, double Backoff)
{
    /// <summary>A delay is lengthened by up to this share, so that trials that failed together do not come back together.</summary>
    public const double Jitter = 0.25;

    /// <summary>Times beyond it are a slip of the keyboard, and more than a timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public static TrialRules For(TrialContext context)
    {
        var (scenario, defaults, execution) = (context.Scenario, context.Suite.ScenarioDefaults, context.Settings.Execution);
        return new TrialRules(
            Seconds(scenario.TimeoutSeconds ?? defaults.TimeoutSeconds ?? execution.TimeoutSeconds),
            Seconds(context.Agent.Limits.TimeoutSeconds ?? execution.TurnTimeoutSeconds),
            scenario.Retries ?? defaults.Retries ?? execution.Retries,
            Seconds(execution.RetryDelaySeconds),
            execution.RetryBackoff);
    }

    /// <param name="retry">From 0.</param>
    /// <param name="chance">0.0 to 1.0.</param>
    /// <returns>Whole milliseconds: what a timer can wait.</returns>
    public TimeSpan DelayBefore(int retry, double chance) =>
        Seconds(Math.Ceiling(RetryDelay.TotalMilliseconds * Math.Pow(Backoff, retry) * (1 + (Jitter * chance))) / 1000);

    public static TimeSpan Seconds(double seconds) => seconds >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(Math.Max(0, seconds));
}
