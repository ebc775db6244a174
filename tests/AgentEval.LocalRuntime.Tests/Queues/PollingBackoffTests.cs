using AgentEval.LocalRuntime.Queues;

namespace AgentEval.LocalRuntime.Tests.Queues;

public sealed class PollingBackoffTests
{
    [Fact]
    public void NextDelay_EmptyPolls_DoublesUpToTheLimit()
    {
        var backoff = new PollingBackoff(TimeSpan.FromSeconds(1));

        Assert.Equal([100, 200, 400, 800, 1000, 1000], Enumerable.Range(0, 6).Select(_ => (int)backoff.NextDelay().TotalMilliseconds));
    }

    [Fact]
    public void Reset_AfterAMessage_StartsOver()
    {
        var backoff = new PollingBackoff(TimeSpan.FromSeconds(1));
        backoff.NextDelay();
        backoff.NextDelay();

        backoff.Reset();

        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.NextDelay());
    }
}
