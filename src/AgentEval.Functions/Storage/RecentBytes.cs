namespace AgentEval.Functions.Storage;

/// <summary>The last few blobs that were written, up to <paramref name="capacity"/> bytes together; the oldest go first.</summary>
internal sealed class RecentBytes(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Name, ReadOnlyMemory<byte> Content)>> _contents = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Name, ReadOnlyMemory<byte> Content)> _order = [];
    private int _bytes;

    /// <summary>In place of what was kept under that name.</summary>
    public void Keep(string name, ReadOnlyMemory<byte> content)
    {
        lock (_gate)
        {
            Drop(name);
            if (content.Length > capacity)
            {
                return;
            }

            _contents[name] = _order.AddLast((name, content));
            _bytes += content.Length;
            while (_bytes > capacity)
            {
                Drop(_order.First!.Value.Name);
            }
        }
    }

    public ReadOnlyMemory<byte>? Find(string name)
    {
        lock (_gate)
        {
            return _contents.TryGetValue(name, out var node) ? node.Value.Content : default(ReadOnlyMemory<byte>?);
        }
    }

    private void Drop(string name)
    {
        if (_contents.Remove(name, out var node))
        {
            _order.Remove(node);
            _bytes -= node.Value.Content.Length;
        }
    }
}
