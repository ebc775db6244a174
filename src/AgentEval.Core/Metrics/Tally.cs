namespace AgentEval.Core.Metrics;

/// <summary>Counting and adding by key. Keys come out sorted, so that equal summaries are equal texts.</summary>
internal static class Tally
{
    public static SortedDictionary<TKey, int> Count<TItem, TKey>(IEnumerable<TItem> items, Func<TItem, TKey> key, IComparer<TKey> order)
        where TKey : notnull
    {
        var counts = new SortedDictionary<TKey, int>(order);
        foreach (var item in items)
        {
            counts[key(item)] = counts.GetValueOrDefault(key(item)) + 1;
        }

        return counts;
    }

    public static SortedDictionary<TKey, TValue> Merge<TKey, TValue>(
        IEnumerable<KeyValuePair<TKey, TValue>> left, IEnumerable<KeyValuePair<TKey, TValue>> right, IComparer<TKey> order, Func<TValue, TValue, TValue> add)
        where TKey : notnull
    {
        var merged = new SortedDictionary<TKey, TValue>(order);
        foreach (var (key, value) in left.Concat(right))
        {
            merged[key] = merged.TryGetValue(key, out var existing) ? add(existing, value) : value;
        }

        return merged;
    }

    public static SortedDictionary<string, TValue> Group<TItem, TValue>(
        IEnumerable<(string Key, TItem Item)> items, Func<TItem, TValue> tally, Func<TValue, TValue, TValue> add) =>
        Merge(items.Select(entry => KeyValuePair.Create(entry.Key, tally(entry.Item))), [], StringComparer.Ordinal, add);
}
