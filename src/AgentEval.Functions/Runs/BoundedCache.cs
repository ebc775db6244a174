namespace AgentEval.Functions.Runs;

/// <summary>What the entries of a cache may weigh together.</summary>
/// <param name="Most">Beyond it the entries that were not used for longest go, but none that is in use.</param>
/// <param name="Weigh">The weight of an entry, in the same unit.</param>
/// <param name="InUseFor">How long after it was asked for an entry counts as in use.</param>
/// <param name="Time">The clock.</param>
internal sealed record CacheBudget<TValue>(long Most, Func<TValue, long> Weigh, TimeSpan InUseFor, TimeProvider Time);

/// <summary>Keeps the last few of documents that never change. Callers of one key share one load; a load that failed is not kept.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity, CacheBudget<TValue>? budget = null)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = [];
    private long _weight;

    public async Task<TValue> GetAsync(TKey key, Func<TKey, Task<TValue>> load)
    {
        var entry = GetOrStart(key, load);
        try
        {
            var value = await entry.Value;
            Weigh(entry, value);
            return value;
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    private Entry GetOrStart(TKey key, Func<TKey, Task<TValue>> load)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                _recent.Remove(node);
                _recent.AddFirst(node);
            }
            else
            {
                node = _recent.AddFirst(new Entry(key, load(key)));
                _entries[key] = node;
            }

            node.Value.UsedAt = Now();
            Trim();
            return node.Value;
        }
    }

    private void Weigh(Entry entry, TValue value)
    {
        if (budget is null || entry.Weight is not null)
        {
            return;
        }

        var weight = budget.Weigh(value);
        lock (_gate)
        {
            if (IsKept(entry) && entry.Weight is null)
            {
                entry.Weight = weight;
                _weight += weight;
                Trim();
            }
        }
    }

    private void Trim()
    {
        while (_recent.Last is { } oldest && (_recent.Count > capacity || IsTooMuch(oldest.Value)))
        {
            Remove(oldest.Value);
        }
    }

    private bool IsTooMuch(Entry oldest) => budget is not null && _weight > budget.Most && Now() - oldest.UsedAt > budget.InUseFor;

    private void Forget(Entry entry)
    {
        lock (_gate)
        {
            if (IsKept(entry))
            {
                Remove(entry);
            }
        }
    }

    private bool IsKept(Entry entry) => _entries.TryGetValue(entry.Key, out var node) && node.Value == entry;

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key, out var node);
        _recent.Remove(node!);
        _weight -= entry.Weight ?? 0;
    }

    private DateTimeOffset Now() => budget?.Time.GetUtcNow() ?? default;

    private sealed class Entry(TKey key, Task<TValue> value)
    {
        public TKey Key { get; } = key;

        public Task<TValue> Value { get; } = value;

        /// <summary>Null: not loaded yet.</summary>
        public long? Weight { get; set; }

        public DateTimeOffset UsedAt { get; set; }
    }
}
