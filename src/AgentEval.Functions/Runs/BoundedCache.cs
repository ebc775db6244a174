namespace AgentEval.Functions.Runs;

/// <summary>Keeps the last few of documents that never change. Callers of one key share one load; a load that failed is not kept.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, Task<TValue> Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, Task<TValue> Value)> _recent = [];

    public async Task<TValue> GetAsync(TKey key, Func<TKey, Task<TValue>> load)
    {
        var value = GetOrStart(key, load);
        try
        {
            return await value;
        }
        catch
        {
            Forget(key, value);
            throw;
        }
    }

    private Task<TValue> GetOrStart(TKey key, Func<TKey, Task<TValue>> load)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
                return node.Value.Value;
            }

            var value = load(key);
            _entries[key] = _recent.AddFirst((key, value));
            if (_recent.Count > capacity)
            {
                _entries.Remove(_recent.Last!.Value.Key);
                _recent.RemoveLast();
            }

            return value;
        }
    }

    private void Forget(TKey key, Task<TValue> value)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && node.Value.Value == value)
            {
                _entries.Remove(key);
                _recent.Remove(node);
            }
        }
    }
}
