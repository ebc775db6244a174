using AgentEval.Core.Traces;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Tests.Fakes;

internal sealed class RecordingSink : ITraceSink
{
    public List<TraceEvent> Events { get; } = [];

    /// <summary>How many events were there at each flush.</summary>
    public List<int> Flushes { get; } = [];

    public Action<TraceEvent> OnAppend { get; init; } = _ => { };

    public ValueTask AppendAsync(TraceEvent traceEvent, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Events.Add(traceEvent);
        OnAppend(traceEvent);
        return ValueTask.CompletedTask;
    }

    public Task FlushAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Flushes.Add(Events.Count);
        return Task.CompletedTask;
    }
}
