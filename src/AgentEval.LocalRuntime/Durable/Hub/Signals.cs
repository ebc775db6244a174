using System.Collections.Concurrent;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Wakes those who wait in this process for something to change; others find out by looking.</summary>
internal sealed class Signals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new();

    /// <summary>Ends with the next change. Take it before looking, so that no change is missed.</summary>
    public Task Next(string name) =>
        _waiting.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string name)
    {
        if (_waiting.TryRemove(name, out var waiting))
            waiting.TrySetResult();
    }
}
