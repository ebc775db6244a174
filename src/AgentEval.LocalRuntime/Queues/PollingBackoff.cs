using AgentEval.LocalRuntime.Hosting;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>How long to wait before a queue is asked again: longer each time it was empty, up to the limit.</summary>
internal sealed class PollingBackoff(TimeSpan max)
{
    private static readonly TimeSpan Min = QueueSettings.MinPollingInterval;

    private TimeSpan _next = Min;

    public TimeSpan NextDelay()
    {
        var delay = _next;
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, max.Ticks));
        return delay;
    }

    public void Reset() => _next = Min;
}
