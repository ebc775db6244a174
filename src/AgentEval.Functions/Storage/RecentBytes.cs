namespace AgentEval.Functions.Storage;

/// <summary>The last few blobs that were written, up to <paramref name="capacity"/> bytes together; the oldest go first.</summary>
internal sealed class RecentBytes(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _contents = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _bytes;

    public void Keep(string name, ReadOnlyMemory<byte> content)
    {
        lock (_gate)
        {
            if (content.Length > capacity || !_contents.TryAdd(name, content))
            {
                return;
            }

            _order.Enqueue(name);
            _bytes += content.Length;
            while (_bytes > capacity && _order.TryDequeue(out var oldest) && _contents.Remove(oldest, out var removed))
            {
                _bytes -= removed.Length;
            }
        }
    }

    public ReadOnlyMemory<byte>? Find(string name)
    {
        lock (_gate)
        {
            return _contents.TryGetValue(name, out var content) ? content : default(ReadOnlyMemory<byte>?);
        }
    }
}
