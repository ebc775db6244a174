using System.Text;

namespace AgentEval.Cli.Tests;

/// <summary>A text that can be read, and waited for, while it is written.</summary>
internal sealed class WatchedText : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly List<(string Line, TaskCompletionSource Written)> _waits = [];

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Completes when a line with <paramref name="part"/> has been written.</summary>
    public Task WhenWrittenAsync(string part)
    {
        lock (_lock)
        {
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((part, written));
            TellWaits();
            return written.Task;
        }
    }

    public override void Write(char value)
    {
        lock (_lock)
        {
            _text.Append(value);
            if (value == '\n')
            {
                TellWaits();
            }
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }

    private void TellWaits()
    {
        var text = _text.ToString();
        foreach (var wait in _waits.Where(wait => text.Contains(wait.Line, StringComparison.Ordinal)).ToList())
        {
            _waits.Remove(wait);
            wait.Written.SetResult();
        }
    }
}
