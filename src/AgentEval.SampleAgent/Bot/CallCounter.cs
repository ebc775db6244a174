namespace AgentEval.SampleAgent.Bot;

/// <summary>Counts calls: the leaky model words its answers by it.</summary>
internal sealed class CallCounter
{
    private int _calls;

    public int Next() => Interlocked.Increment(ref _calls);
}
