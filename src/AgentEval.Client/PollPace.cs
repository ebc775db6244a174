namespace AgentEval.Client;

/// <summary>How long to wait between two looks: longer and longer, but no longer than what is followed expects to take.</summary>
internal sealed class PollPace(AgentEvalClientOptions options)
{
    private const double Growth = 1.5;

    private TimeSpan _pause = options.FirstPoll;
    private TimeSpan _overdue = options.FirstPoll;

    /// <param name="secondsLeft">What is left as far as is known. What is overdue is looked at less and less often too; null: nobody knows.</param>
    public TimeSpan Next(double? secondsLeft = null)
    {
        var pause = _pause;
        _pause = Longer(_pause);
        if (!(secondsLeft < pause.TotalSeconds))
        {
            _overdue = options.FirstPoll;
            return pause;
        }

        var left = TimeSpan.FromSeconds(Math.Max(0, secondsLeft.Value));
        if (left >= _overdue)
        {
            return left;
        }

        var overdue = _overdue;
        _overdue = Longer(_overdue);
        return overdue;
    }

    private TimeSpan Longer(TimeSpan pause) => TimeSpan.FromTicks(Math.Min((long)(pause.Ticks * Growth), options.LongestPoll.Ticks));
}
