using System.Collections.Concurrent;
using AgentEval.LocalRuntime.Durable.History;
using AgentEval.LocalRuntime.Durable.Storage;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Passes the messages in the inbox to their instances, and deletes them once what they brought about is stored.</summary>
internal sealed class InboxPump(OwnedHub hub, InboxStore inbox)
{
    // Finds what a process scheduled that ended before it could say so.
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, byte> _pending = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly Signals _pokes = new();

    /// <summary>Looks at once.</summary>
    public void Poke() => _pokes.Changed(nameof(Poke));

    /// <param name="key">Null: nothing to do.</param>
    public void Acknowledge(string? key)
    {
        if (key is null)
            return;
        _acknowledged.Enqueue(key);
        Poke();
    }

    /// <summary>Whether the message was read and is not known to be deleted: it may be read again after a restart.</summary>
    public bool IsPending(string key) => _pending.ContainsKey(key);

    public async Task SendAsync(string instanceId, Message content, CancellationToken cancellationToken)
    {
        await inbox.PutAsync(instanceId, content, cancellationToken);
        Poke();
    }

    /// <summary>Goes on until <paramref name="cancellationToken"/> fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var swept = hub.Time.GetUtcNow();
        while (true)
        {
            var poked = _pokes.Next(nameof(Poke));
            await DeleteAcknowledgedAsync(cancellationToken);
            await TakeAsync(cancellationToken);
            if (hub.Time.GetUtcNow() - swept >= SweepInterval)
            {
                swept = hub.Time.GetUtcNow();
                await hub.LoadUnfinishedAsync();
            }

            await WaitAsync(poked, cancellationToken);
        }
    }

    private async Task WaitAsync(Task poked, CancellationToken cancellationToken)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(poked, Task.Delay(hub.Options.InboxInterval, hub.Time, wake.Token));
        await wake.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        var messages = await hub.UntilStoredAsync(inbox.ReadAsync);
        foreach (var message in messages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_pending.TryAdd(message.Key, 0))
                continue;
            var runner = await hub.FindOrLoadAsync(message.InstanceId);
            if (runner is null || message.Content is null)
                Acknowledge(message.Key);
            else
                runner.Post(new Arrival(message.Content, message.Key));
        }
    }

    private async Task DeleteAcknowledgedAsync(CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        while (_acknowledged.TryDequeue(out var key))
            keys.Add(key);
        if (keys.Count == 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        await hub.UntilStoredAsync(cancellation => inbox.DeleteAsync(keys, cancellation));
        foreach (var key in keys)
            _pending.TryRemove(key, out _);
    }
}
