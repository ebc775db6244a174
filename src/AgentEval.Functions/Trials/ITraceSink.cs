using AgentEval.Core.Traces;

namespace AgentEval.Functions.Trials;

/// <summary>Where a trial's events are kept. A failure of it is infrastructure: it throws, and the attempt ends with that exception.</summary>
public interface ITraceSink
{
    /// <summary>Takes the next event; it may be kept in memory until the next flush.</summary>
    ValueTask AppendAsync(TraceEvent traceEvent, CancellationToken cancellationToken);

    /// <summary>Returns when everything taken so far is stored.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}
