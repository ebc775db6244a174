namespace AgentEval.Core.Metrics;

/// <summary>Counting and adding by key. The order of the keys means nothing: readers sort.</summary>
internal static class Tally
{
    public static Dictionary<TKey, int> Count<TItem, TKey>(IEnumerable<TItem> items, Func<TItem, TKey> key)
        where TKey : notnull => items.CountBy(key).ToDictionary();

    public static Dictionary<TKey, int> Merge<TKey>(IReadOnlyDictionary<TKey, int> left, IReadOnlyDictionary<TKey, int> right)
        where TKey : notnull => Merge(left, right, (first, second) => first + second);

    public static Dictionary<TKey, TValue> Merge<TKey, TValue>(
        IReadOnlyDictionary<TKey, TValue> left, IEnumerable<KeyValuePair<TKey, TValue>> right, Func<TValue, TValue, TValue> add)
        where TKey : notnull
    {
        var merged = new Dictionary<TKey, TValue>(left);
        foreach (var (key, value) in right)
        {
            merged[key] = merged.TryGetValue(key, out var existing) ? add(existing, value) : value;
        }

        return merged;
    }

    public static Dictionary<string, TValue> Group<TItem, TValue>(
        IEnumerable<(string Key, TItem Item)> items, Func<TItem, TValue> tally, Func<TValue, TValue, TValue> add) =>
        Merge(new Dictionary<string, TValue>(), items.Select(entry => KeyValuePair.Create(entry.Key, tally(entry.Item))), add);

    public static SortedDictionary<string, TValue> Sorted<TValue>(IEnumerable<KeyValuePair<string, TValue>> values) =>
        new(values.ToDictionary(), StringComparer.Ordinal);
}
